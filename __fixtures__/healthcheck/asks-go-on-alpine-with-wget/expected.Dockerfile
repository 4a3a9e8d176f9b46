FROM golang:1.22 AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o /server .

FROM alpine:3.19
COPY --from=build /server /server
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["wget", "-q", "-Y", "off", "-T", "4", "-O", "/dev/null", "http://127.0.0.1:8080/healthz"]
ENTRYPOINT ["/server"]
