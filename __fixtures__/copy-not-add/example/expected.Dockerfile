FROM node:20-slim
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
# vendored, and to be unpacked
ADD vendor.tar.gz /opt/vendor/
COPY . .
CMD ["node", "server.js"]
