FROM node:20-bookworm AS build
WORKDIR /app
COPY package.json ./
RUN yarn install
COPY . .
RUN yarn build
RUN yarn install --production --prefer-offline --frozen-lockfile

FROM node:20-bookworm-slim
WORKDIR /app
COPY --from=build /app /app
ENV NODE_ENV=production
EXPOSE 3000
USER node
CMD ["yarn", "start"]
