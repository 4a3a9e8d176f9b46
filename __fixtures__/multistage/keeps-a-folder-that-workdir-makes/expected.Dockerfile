FROM golang:1.22-bookworm AS build
WORKDIR /data
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o /hello

FROM gcr.io/distroless/static-debian12
WORKDIR /app
COPY --from=build /hello /hello
COPY --from=build /data /data
VOLUME /data
CMD ["/hello"]
