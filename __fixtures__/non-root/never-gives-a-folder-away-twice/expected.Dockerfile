FROM node:20-bookworm-slim
WORKDIR /app
RUN chown 1000:1000 /app
COPY --chown=1000:1000 package.json ./
RUN npm install && chown -R 1000:1000 /app/node_modules
COPY --chown=1000:1000 . .
RUN mkdir -p var/uploads /data/cache && find /app/var /data ! -user 1000 -exec chown -h 1000:1000 {} +
RUN npm prune --omit=dev && find /app/node_modules ! -user 1000 -exec chown -h 1000:1000 {} +
EXPOSE 3000
USER 1000:1000
CMD ["node", "server.js"]
