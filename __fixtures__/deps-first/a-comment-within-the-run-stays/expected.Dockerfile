FROM node:20-slim
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci \
    # only what runs
    --omit=dev
COPY . .
