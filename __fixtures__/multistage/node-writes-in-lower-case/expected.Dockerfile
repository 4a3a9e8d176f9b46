from node:18 as build
workdir /app
copy package*.json ./
run npm ci
run npm prune --omit=dev --no-save --ignore-scripts

from node:18-slim
workdir /app
copy --from=build /app /app
copy . .
expose 3000
cmd ["npm", "start"]
