from golang:1.22-bookworm as build
workdir /app
copy . .
run CGO_ENABLED=0 go build -o /hello

from gcr.io/distroless/static-debian12
workdir /app
copy --from=build /hello /hello
cmd ["/hello"]
