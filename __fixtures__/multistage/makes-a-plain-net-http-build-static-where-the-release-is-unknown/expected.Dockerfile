FROM golang:latest AS build
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o /usr/local/bin/hello

FROM gcr.io/distroless/static-debian12
WORKDIR /app
COPY --from=build /usr/local/bin/hello /usr/local/bin/hello
CMD ["/usr/local/bin/hello"]
