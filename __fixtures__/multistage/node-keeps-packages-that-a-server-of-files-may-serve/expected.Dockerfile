FROM node:18-slim AS build
WORKDIR /app
COPY package*.json ./
RUN npm install -g http-server
RUN npm ci

FROM node:18-slim
WORKDIR /app
RUN npm install -g http-server
COPY --from=build /app /app
COPY . .
EXPOSE 3000
CMD ["http-server"]
