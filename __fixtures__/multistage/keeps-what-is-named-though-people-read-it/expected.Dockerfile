FROM golang:1.22-bookworm AS build
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o /hello

FROM gcr.io/distroless/static-debian12
WORKDIR /app
COPY --from=build /hello /hello
COPY --from=build /app/README.md /app/README.md
COPY --from=build /app/examples /app/examples
COPY --from=build /app/testdata /app/testdata
CMD ["/hello"]
