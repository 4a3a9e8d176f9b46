FROM node:20-slim
WORKDIR /app
USER node
COPY --chown=node:node --chmod=755 package.json package-lock.json ./
RUN npm ci
COPY --chown=node:node --chmod=755 . .
