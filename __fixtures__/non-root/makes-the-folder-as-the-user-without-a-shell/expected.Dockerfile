FROM golang:1.24-bookworm AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o /app .

FROM gcr.io/distroless/static-debian12
USER 65532:65532
WORKDIR /data
COPY --from=build /app /usr/local/bin/app
EXPOSE 8080
ENTRYPOINT ["app"]
