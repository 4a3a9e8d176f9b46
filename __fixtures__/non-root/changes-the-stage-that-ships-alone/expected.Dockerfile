FROM node:20-bookworm AS build
WORKDIR /app
COPY . .
RUN npm install && npm run build

FROM node:20-bookworm-slim
WORKDIR /app
RUN chown 1000:1000 /app
COPY --from=build --chown=1000:1000 /app/node_modules ./node_modules
COPY --from=build --chown=1000:1000 /app/dist ./dist
EXPOSE 3000
USER 1000:1000
CMD ["node", "dist/server.js"]
