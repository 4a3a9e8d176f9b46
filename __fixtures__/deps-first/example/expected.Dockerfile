FROM node:20-slim
WORKDIR /app

COPY package.json package-lock.json ./
# what package-lock.json says, and then the site
RUN npm ci

# the application
COPY . .
RUN npm run build

EXPOSE 3000
CMD ["node", "server.js"]
