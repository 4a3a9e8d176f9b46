FROM golang:1.22-bookworm AS build
COPY corp.crt /usr/local/share/ca-certificates/
RUN update-ca-certificates
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o /hello

FROM gcr.io/distroless/static-debian12
WORKDIR /app
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /hello /hello
COPY --from=build /usr/local/share/ca-certificates/corp.crt /usr/local/share/ca-certificates/corp.crt
CMD ["/hello"]
