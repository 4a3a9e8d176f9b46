FROM golang:1.26 AS build
WORKDIR /src
COPY . .
RUN go build -o /server .

FROM gcr.io/distroless/static-debian12
WORKDIR /src
COPY --from=build /server /server
EXPOSE 8080
CMD ["/server"]
