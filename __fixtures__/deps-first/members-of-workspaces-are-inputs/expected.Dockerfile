FROM node:20-slim
WORKDIR /app
COPY package.json package-lock.json ./
COPY packages/a/package.json ./packages/a/
COPY packages/b/package.json ./packages/b/
RUN npm ci
COPY . .
CMD ["node", "server.js"]
