FROM golang:1.22-bookworm AS build
WORKDIR /app
COPY . .
ENV CGO_ENABLED=0
RUN go build

FROM gcr.io/distroless/static-debian12
ENV CGO_ENABLED=0
WORKDIR /app
COPY --from=build /app/hello /app/hello
CMD ["./hello"]
