FROM golang:1.22-bookworm AS build
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o /hello

FROM debian:bookworm-slim
WORKDIR /app
COPY --from=build /hello /hello
CMD ["sh", "-c", "exec /hello"]
