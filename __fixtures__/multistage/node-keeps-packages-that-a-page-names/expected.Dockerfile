FROM node:18 AS build
WORKDIR /app
COPY package*.json ./
RUN npm ci

FROM node:18-slim
WORKDIR /app
COPY --from=build /app /app
COPY . .
EXPOSE 3000
CMD ["npm", "start"]
