from node:20-slim
workdir /app
copy package.json package-lock.json ./
run npm ci
add . /app
cmd ["node", "server.js"]
