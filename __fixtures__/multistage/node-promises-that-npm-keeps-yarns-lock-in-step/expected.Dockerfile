FROM node:20 AS build
WORKDIR /app
COPY package.json package-lock.json yarn.lock ./
RUN npm ci
RUN npm prune --omit=dev --no-save --ignore-scripts

FROM node:20-slim
WORKDIR /app
COPY --from=build /app /app
COPY server.js .
EXPOSE 3000
CMD ["node", "server.js"]
