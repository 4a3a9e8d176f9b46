FROM node:22
WORKDIR /app
RUN --mount=type=cache,target=/root/.npm npm install -g pnpm@10
COPY package.json .npmrc ./
RUN pnpm install
FROM node:22
RUN --mount=type=cache,target=/root/.npm npm install -g pnpm
RUN pnpm add --global serve
CMD ["serve"]
FROM python:3.12
ENV UV_LINK_MODE=symlink
RUN uv pip install --system flask
