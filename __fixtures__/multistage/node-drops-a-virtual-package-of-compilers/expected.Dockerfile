FROM node:18-alpine AS build
WORKDIR /app
COPY package*.json ./
RUN apk add --no-cache tini && apk add --no-cache --virtual .gyp python3 make g++ && npm ci && apk del .gyp
RUN npm prune --omit=dev --no-save --ignore-scripts

FROM node:18-alpine
WORKDIR /app
RUN apk add --no-cache tini
COPY --from=build /app /app
COPY . .
EXPOSE 3000
ENTRYPOINT ["/sbin/tini", "--"]
CMD ["node", "server.js"]
