FROM node:20-slim
RUN corepack enable
WORKDIR /app
COPY package.json pnpm-lock.yaml ./
RUN pnpm install --frozen-lockfile && pnpm store prune
RUN pnpm add express && pnpm build && pnpm store prune
CMD ["node", "."]
