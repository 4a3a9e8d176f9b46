FROM node:18-alpine AS build
WORKDIR /app
COPY package*.json ./
RUN npm ci
RUN npm prune --omit=dev --no-save --ignore-scripts

FROM node:18-alpine
WORKDIR /app
COPY --from=build /app /app
COPY . .
EXPOSE 3000
CMD ["npm", "start"]
