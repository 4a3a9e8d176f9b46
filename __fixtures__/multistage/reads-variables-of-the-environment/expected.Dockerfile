FROM golang:1.22-bookworm AS build
ENV APP=hello BIN=/app/bin
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o ${BIN}/$APP ./cmd/"$APP"

FROM gcr.io/distroless/static-debian12
ENV APP=hello BIN=/app/bin
WORKDIR /app
COPY --from=build /app/bin/hello /app/bin/hello
CMD ["/app/bin/hello"]
