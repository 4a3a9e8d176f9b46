FROM --platform=linux/amd64 golang:1.22-bookworm AS builder
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o /hello

FROM --platform=linux/amd64 gcr.io/distroless/static-debian12 AS build
WORKDIR /app
COPY --from=builder /hello /hello
CMD ["/hello"]
