FROM node:20-slim
WORKDIR /app
COPY package*.json yarn.lock ./
RUN yarn && yarn cache clean
COPY . .
RUN yarn --production && yarn cache clean
CMD ["node", "."]
