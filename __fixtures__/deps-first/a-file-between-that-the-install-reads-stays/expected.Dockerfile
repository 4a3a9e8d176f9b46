FROM golang:1.22 AS build
WORKDIR /src
COPY go.mod go.sum .
RUN go mod download
COPY main.go .
RUN go build -o /app main.go

FROM scratch
COPY --from=build /app /app
