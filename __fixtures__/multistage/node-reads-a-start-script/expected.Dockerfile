FROM node:18 AS build
WORKDIR /app
COPY package*.json ./
RUN npm ci
COPY start.sh /usr/local/bin/
RUN chmod +x /usr/local/bin/start.sh
RUN npm prune --omit=dev --no-save --ignore-scripts

FROM node:18-slim
WORKDIR /app
COPY --from=build /app /app
COPY --from=build /usr/local/bin/start.sh /usr/local/bin/start.sh
COPY . .
EXPOSE 3000
ENTRYPOINT ["start.sh"]
