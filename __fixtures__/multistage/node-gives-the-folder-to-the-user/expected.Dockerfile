FROM node:18 AS build
RUN mkdir -p /home/node/app/node_modules && chown -R node:node /home/node/app
WORKDIR /home/node/app
COPY package*.json ./
USER node
RUN npm install

FROM node:18-slim
WORKDIR /home/node/app
COPY --from=build /home/node/app /home/node/app
RUN chown node:node /home/node/app
USER node
COPY --chown=node:node . .
EXPOSE 3000
CMD ["node", "server.js"]
