FROM node:20-slim
WORKDIR /app
COPY package.json .
RUN npm install
COPY . .
RUN npm ci --prefer-offline --omit=dev && npm cache clean --force
CMD ["node", "."]
