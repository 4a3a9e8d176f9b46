# syntax=docker/dockerfile:1.0-experimental
FROM node:20
RUN --mount=type=cache,target=/root/.npm npm ci
