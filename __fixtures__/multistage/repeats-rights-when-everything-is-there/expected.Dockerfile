FROM golang:1.22-bookworm AS build
RUN groupadd -r app && useradd -r -g app app
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o /hello
RUN mkdir -p data && chown -R app:app data

FROM debian:bookworm-slim
WORKDIR /app
RUN groupadd -r app && useradd -r -g app app
COPY --from=build /hello /hello
RUN mkdir -p data && chown -R app:app data
USER app
CMD ["/hello"]
