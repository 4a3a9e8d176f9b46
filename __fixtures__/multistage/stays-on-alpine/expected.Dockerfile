FROM golang:1.22-alpine3.19 AS build
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o /hello

FROM alpine:3.19
WORKDIR /app
COPY --from=build /hello /hello
CMD /hello
