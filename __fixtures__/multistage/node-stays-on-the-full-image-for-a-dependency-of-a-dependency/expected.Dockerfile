FROM node:18 AS build
WORKDIR /app
COPY package*.json ./
RUN npm install -g pnpm@9 && pnpm install --frozen-lockfile
RUN CI=true pnpm prune --prod --ignore-scripts

FROM node:18
WORKDIR /app
COPY --from=build /app /app
COPY . .
EXPOSE 3000
CMD ["node", "server.js"]
