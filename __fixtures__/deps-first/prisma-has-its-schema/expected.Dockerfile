FROM node:20-slim
WORKDIR /app
COPY package.json package-lock.json ./
COPY prisma/schema.prisma ./prisma/
RUN npm ci
COPY . .
CMD ["node", "server.js"]
