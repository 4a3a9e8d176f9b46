FROM node:14 AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
RUN npm prune --production --ignore-scripts

FROM node:14-slim
WORKDIR /app
COPY --from=build /app /app
COPY server.js .
EXPOSE 3000
CMD ["node", "server.js"]
