FROM node:20-slim
RUN npm install -g pnpm@9
WORKDIR /app
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY patches/ ./patches/
COPY packages/a/package.json ./packages/a/
RUN pnpm install --frozen-lockfile
COPY . .
RUN pnpm -r build
