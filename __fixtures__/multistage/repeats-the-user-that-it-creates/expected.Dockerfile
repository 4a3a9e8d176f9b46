FROM golang:1.22-bookworm AS build
RUN useradd --uid 1001 app
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o /hello

FROM debian:bookworm-slim
WORKDIR /app
RUN useradd --uid 1001 app
COPY --from=build /hello /hello
USER app
CMD ["/hello"]
