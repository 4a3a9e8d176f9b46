FROM node:20
RUN --mount=type=cache,target=/root/.npm npm i -g pnpm@6
RUN --mount=type=cache,target=/root/.pnpm-store pnpm install
FROM node:14
RUN corepack enable
RUN pnpm install
FROM node:20
ENV PNPM_HOME=/pnpm
RUN --mount=type=cache,target=/pnpm/store corepack enable && pnpm install
