FROM node:18 AS build
WORKDIR /app
COPY package*.json ./
RUN npm ci && chgrp -R 0 /app && chmod -R g=u /app

FROM node:18-slim
WORKDIR /app
COPY --from=build /app /app
RUN chgrp 0 /app && chmod g=u /app
USER 1001
COPY . .
EXPOSE 3000
CMD ["node", "server.js"]
