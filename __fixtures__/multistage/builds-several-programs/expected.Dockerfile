FROM golang:1.22-bookworm AS build
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o bin/ ./cmd/...

FROM gcr.io/distroless/static-debian12
WORKDIR /app
COPY --from=build /app/bin/migrate /app/bin/serve /app/bin/
CMD ["./bin/serve"]
