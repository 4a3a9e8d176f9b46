# syntax=docker/dockerfile:1
FROM golang:1.22-bookworm AS build

WORKDIR /app

# the modules first: they change less often than the code
COPY go.mod ./
RUN go mod download

COPY . .
RUN CGO_ENABLED=0 go build -o /usr/local/bin/hello .

FROM gcr.io/distroless/static-debian12
WORKDIR /app
COPY --from=build /usr/local/bin/hello /usr/local/bin/hello
COPY --from=build /app/static /app/static
COPY --from=build /app/templates /app/templates

ENV GREETING=hello
EXPOSE 8080
CMD ["hello"]
