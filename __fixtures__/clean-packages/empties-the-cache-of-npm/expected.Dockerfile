FROM node:20-slim
WORKDIR /app
COPY package.json .
RUN npm install && npm cache clean --force
RUN npm ci && npm run build && npm cache clean --force
RUN apt-get update && apt-get install -y g++ && npm ci && npm cache clean --force && apt-get purge -y npm && rm -rf /var/lib/apt/lists/*
RUN set -e; npm ci; npm run build; npm cache clean --force; rm -rf src
RUN npm install --global a && \
    npm install --global b && \
    npm cache clean --force && \
    node --version
USER node
RUN npm install c && npm cache clean --force
CMD ["node", "."]
