FROM node:20-slim
WORKDIR /app
COPY package.json package-lock.json ./
RUN set -ex; npm ci
COPY . .
RUN set -ex; npm run build
