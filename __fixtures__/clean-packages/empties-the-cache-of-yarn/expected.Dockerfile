FROM node:20-slim
WORKDIR /app
COPY package.json yarn.lock ./
RUN yarn && yarn cache clean
COPY . .
RUN yarn install --frozen-lockfile && yarn build && yarn cache clean
RUN yarn global add serve && yarn cache clean
CMD ["node", "."]
