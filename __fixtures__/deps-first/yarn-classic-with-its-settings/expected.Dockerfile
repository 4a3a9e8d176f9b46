FROM node:20-slim
WORKDIR /app
COPY package.json yarn.lock .yarnrc ./
COPY .yarn/releases/ ./.yarn/releases/
RUN yarn install --frozen-lockfile
COPY . .
RUN yarn build
