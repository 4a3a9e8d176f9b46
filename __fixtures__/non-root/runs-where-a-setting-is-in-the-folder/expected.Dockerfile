FROM node:20-slim
WORKDIR /app
RUN chown 1000:1000 /app
COPY --chown=1000:1000 . .
RUN npm install && chown -R 1000:1000 /app/node_modules
EXPOSE 3000
USER 1000:1000
CMD ["node", "index.js"]
