FROM node:20-bookworm-slim
WORKDIR /app
COPY --chown=1000:1000 package.json ./
RUN npm install && find /app ! -user 1000 -exec chown -h 1000:1000 {} +
COPY --chown=1000:1000 . .
EXPOSE 3000
USER 1000:1000
CMD ["npm", "start"]
