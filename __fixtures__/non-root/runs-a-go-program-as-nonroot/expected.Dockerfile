FROM golang:1.24-bookworm AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o /app .

FROM gcr.io/distroless/static-debian12
COPY --from=build --chown=65532:65532 /app /app
EXPOSE 8080
USER 65532:65532
ENTRYPOINT ["/app"]
