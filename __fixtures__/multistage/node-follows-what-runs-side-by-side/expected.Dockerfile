FROM node:18 AS build
WORKDIR /app
COPY package*.json ./
RUN npm ci
RUN npm prune --omit=dev --no-save --ignore-scripts

FROM node:18
WORKDIR /app
COPY --from=build /app /app
COPY . .
EXPOSE 3000
CMD ["npm", "start"]
