FROM node:20 AS npm
WORKDIR /app
COPY package.json ./
RUN --mount=type=cache,target=/root/.npm npm install
FROM node:20-alpine AS yarn
WORKDIR /app
COPY package.json ./
RUN --mount=type=cache,target=/usr/local/share/.cache/yarn,sharing=locked yarn install --production
FROM node:22 AS pnpm
RUN corepack enable
RUN --mount=type=cache,target=/root/.local/share/pnpm/store pnpm install --prod
FROM python:3.12-slim AS poetry
RUN --mount=type=cache,target=/root/.cache/pip pip install poetry==1.8.3
RUN --mount=type=cache,target=/root/.cache/pypoetry/cache \
    --mount=type=cache,target=/root/.cache/pypoetry/artifacts \
    poetry install --only main --no-root
FROM python:3.12-slim AS uv
RUN --mount=type=cache,target=/root/.cache/pip pip install uv
ENV UV_LINK_MODE=copy
RUN --mount=type=cache,target=/root/.cache/uv uv pip install --system flask
FROM golang:1.22 AS go
WORKDIR /src
RUN --mount=type=cache,target=/go/pkg/mod go mod download
RUN --mount=type=cache,target=/go/pkg/mod \
    --mount=type=cache,target=/root/.cache/go-build \
    go build -o /bin/app .
FROM debian:bookworm-slim
RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \
    --mount=type=cache,target=/var/lib/apt/lists,sharing=locked \
    mv /etc/apt/apt.conf.d/docker-clean /etc/apt/docker-clean && \
    apt-get update && apt-get install -y curl && mv /etc/apt/docker-clean /etc/apt/apt.conf.d/docker-clean
CMD ["curl", "--version"]
