FROM node:20
ENV npm_config_cache=/var/cache/npm HOME=/home/builder
RUN --mount=type=cache,target=/var/cache/npm npm ci
ENV npm_config_cache=
RUN npm ci
RUN --mount=type=cache,target=/usr/local/share/.cache/yarn,sharing=locked yarn
FROM golang:1.22
ENV GOPATH=/root/go GOCACHE=/gocache
RUN --mount=type=cache,target=/root/go/pkg/mod \
    --mount=type=cache,target=/gocache \
    go build ./...
CMD ["/app"]
FROM python:3.12
ENV POETRY_CACHE_DIR=/tmp/poetry_cache
RUN --mount=type=cache,target=/tmp/poetry_cache/cache \
    --mount=type=cache,target=/tmp/poetry_cache/artifacts \
    poetry install
ENV PIP_CACHE_DIR=/root/.cache/pip
RUN --mount=type=cache,target=/root/.cache/pip PIP_CACHE_DIR=/root/.cache/pip pip install flask
