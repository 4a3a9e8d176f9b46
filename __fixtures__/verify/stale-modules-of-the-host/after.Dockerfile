FROM node:20-slim
WORKDIR /app
COPY package.json ./
COPY greeting greeting
RUN npm install --install-links --no-audit --no-fund
COPY . .
EXPOSE 3000
CMD ["node", "server.js"]
