FROM node:18-slim AS build
WORKDIR /app
COPY package*.json ./
RUN npm install -g pm2
RUN npm ci

FROM node:18-slim
WORKDIR /app
RUN npm install -g pm2
COPY --from=build /app /app
COPY . .
EXPOSE 3000
CMD ["pm2-runtime", "start", "ecosystem.config.js"]
