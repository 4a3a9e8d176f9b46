# syntax=docker/dockerfile:1
FROM node:18 AS build
WORKDIR /app
RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \
    --mount=type=cache,target=/var/lib/apt/lists,sharing=locked \
    mv /etc/apt/apt.conf.d/docker-clean /etc/apt/docker-clean && \
    apt-get update && apt-get install -y python3 make g++ imagemagick \
    && mv /etc/apt/docker-clean /etc/apt/apt.conf.d/docker-clean
COPY package.json package-lock.json ./
RUN npm ci
RUN npm prune --omit=dev --no-save --ignore-scripts

FROM node:18-slim
WORKDIR /app
RUN apt-get update && apt-get install -y imagemagick && rm -rf /var/lib/apt/lists/*
COPY --from=build /app /app
COPY server.js .
EXPOSE 3000
CMD ["node","server.js"]
