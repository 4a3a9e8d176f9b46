FROM golang:1.22-bookworm AS build
WORKDIR /usr/src/app
COPY . .
RUN CGO_ENABLED=0 go build -o /hello

FROM gcr.io/distroless/static-debian12
WORKDIR /usr/src/app
COPY --from=build /hello /hello
COPY --from=build /usr/src/app /usr/src/app
CMD ["/hello"]
