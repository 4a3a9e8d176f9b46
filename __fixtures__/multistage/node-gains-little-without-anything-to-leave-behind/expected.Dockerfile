FROM node:18-alpine AS build
WORKDIR /app
COPY package*.json ./
RUN npm ci

FROM node:18-alpine
WORKDIR /app
COPY --from=build /app /app
COPY . .
EXPOSE 3000
CMD ["node", "server.js"]
