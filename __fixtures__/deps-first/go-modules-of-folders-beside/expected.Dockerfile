FROM golang:1.22 AS build
WORKDIR /src
RUN apt-get update && apt-get install -y gcc
COPY go.mod go.sum ./
COPY lib/go.mod ./lib/
RUN go mod download
COPY . .
RUN go build -o /app .

FROM debian:bookworm-slim
COPY --from=build /app /app
