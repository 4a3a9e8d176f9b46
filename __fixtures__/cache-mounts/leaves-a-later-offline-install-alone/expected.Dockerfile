FROM node:20
RUN corepack enable
RUN pnpm fetch
COPY . .
RUN pnpm install --offline
FROM node:20
RUN npm ci
RUN npm ci --offline
FROM node:20 AS deps
RUN --mount=type=cache,target=/root/.npm npm ci
FROM deps
RUN --network=none npm ci
FROM golang:1.22
RUN go mod download
ENV GOPROXY=off
RUN go build -o /app .
CMD ["/app"]
