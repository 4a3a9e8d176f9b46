FROM golang:1.22-bookworm AS build
WORKDIR /app
COPY . .
RUN go build -o /usr/local/bin/hello

FROM gcr.io/distroless/base-debian12
WORKDIR /app
COPY --from=build /usr/local/bin/hello /usr/local/bin/hello
EXPOSE 8080
CMD ["/usr/local/bin/hello"]
