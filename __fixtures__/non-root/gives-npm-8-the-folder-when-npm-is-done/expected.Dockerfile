FROM node:16-bookworm-slim
WORKDIR /app
COPY --chown=1000:1000 package.json ./
RUN npm install && chown -R 1000:1000 /app/node_modules
RUN chown 1000:1000 /app
COPY --chown=1000:1000 . .
EXPOSE 3000
USER 1000:1000
CMD ["npm", "start"]
