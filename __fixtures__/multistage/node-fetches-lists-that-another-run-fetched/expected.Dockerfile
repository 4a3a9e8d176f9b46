FROM node:18 AS build
WORKDIR /app
COPY package*.json ./
RUN apt-get update
RUN apt-get install -y ffmpeg
RUN npm ci
RUN npm prune --omit=dev --no-save --ignore-scripts

FROM node:18-slim
WORKDIR /app
RUN apt-get update && apt-get install -y ffmpeg && rm -rf /var/lib/apt/lists/*
COPY --from=build /app /app
COPY . .
EXPOSE 3000
CMD ["npm", "start"]
