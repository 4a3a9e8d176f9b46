FROM node:18-slim AS build
WORKDIR /app
COPY package*.json ./
RUN npm install -g pm2@5
RUN npm ci
RUN npm prune --omit=dev --no-save --ignore-scripts

FROM node:18-slim
WORKDIR /app
RUN npm install -g pm2@5
COPY --from=build /app /app
COPY . .
EXPOSE 3000
CMD ["pm2-runtime", "server.js"]
