FROM node:18 AS build
WORKDIR /app
COPY package*.json ./
RUN npm ci
COPY docker-entrypoint.sh /usr/local/bin/
RUN chmod +x /usr/local/bin/docker-entrypoint.sh
RUN npm prune --omit=dev --no-save --ignore-scripts

FROM node:18
WORKDIR /app
COPY --from=build /app /app
COPY --from=build /usr/local/bin/docker-entrypoint.sh /usr/local/bin/docker-entrypoint.sh
COPY . .
EXPOSE 3000
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["node", "server.js"]
