FROM golang:1.22 AS build
WORKDIR /src
COPY . .
RUN go build -o /out/server .
FROM debian:bookworm-slim
WORKDIR /app
COPY --from=build /out/server ./
CMD ["./server", "--port", "80"]
