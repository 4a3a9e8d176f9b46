FROM node:20-alpine AS build
WORKDIR /app
COPY package*.json ./
RUN addgroup -S app && adduser -S app -G app
RUN npm ci
RUN chown -R app:app /app
RUN npm prune --omit=dev --no-save --ignore-scripts

FROM node:20-alpine
WORKDIR /app
RUN addgroup -S app && adduser -S app -G app
COPY --from=build /app /app
RUN chown app:app /app
USER app
COPY . .
EXPOSE 3000
CMD ["node", "server.js"]
