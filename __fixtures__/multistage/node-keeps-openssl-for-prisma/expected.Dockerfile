FROM node:18 AS build
WORKDIR /app
COPY package*.json ./
RUN npm ci
COPY prisma ./prisma
RUN npx prisma generate
RUN npm prune --omit=dev --no-save --ignore-scripts

FROM node:18-slim
WORKDIR /app
RUN apt-get update && apt-get install -y openssl ca-certificates && rm -rf /var/lib/apt/lists/*
COPY --from=build /app /app
COPY . .
EXPOSE 3000
CMD ["node", "server.js"]
