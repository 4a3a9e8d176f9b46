FROM node:20-slim
WORKDIR /app
COPY . .
RUN rm -rf node_modules && npm install --install-links --no-audit --no-fund
EXPOSE 3000
CMD ["node", "server.js"]
