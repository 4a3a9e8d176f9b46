# syntax=docker/dockerfile:1
FROM golang:1.22-bookworm AS build
WORKDIR /app
COPY . .
RUN --mount=type=cache,target=/root/.cache/go-build <<EOF
set -e
go vet ./...
CGO_ENABLED=0 go build -o /hello
EOF

FROM gcr.io/distroless/static-debian12
WORKDIR /app
COPY --from=build /hello /hello
ENTRYPOINT ["/hello"]
CMD ["serve"]
