FROM golang:1.26
WORKDIR /src
COPY . .
RUN go build -o /server .
EXPOSE 8080
CMD ["/server"]
