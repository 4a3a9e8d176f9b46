FROM golang:1.22-bookworm AS build
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o /hello

FROM gcr.io/distroless/static-debian12
WORKDIR /app
COPY --from=build /hello /hello
COPY --from=build /app/data /app/data
COPY --from=build /app/logs /app/logs
COPY --from=build /app/uploads /app/uploads
CMD ["/hello"]
