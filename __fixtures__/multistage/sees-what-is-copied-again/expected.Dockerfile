FROM golang:1.22-bookworm AS build
WORKDIR /app
COPY go.mod c.yaml ./
RUN go mod download && rm c.yaml
COPY . .
RUN CGO_ENABLED=0 go build -o /hello

FROM gcr.io/distroless/static-debian12
WORKDIR /app
COPY --from=build /hello /hello
COPY --from=build /app/c.yaml /app/c.yaml
CMD ["/hello"]
