FROM golang:1.22-bookworm AS build
RUN apt-get update && apt-get install -y git curl bash
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o /hello

FROM gcr.io/distroless/static-debian12
WORKDIR /app
COPY --from=build /hello /hello
CMD ["/hello"]
