FROM golang:1.22-bookworm AS build
WORKDIR /app
COPY . .
ENV CGO_ENABLED=0
RUN go install ./...

FROM gcr.io/distroless/static-debian12
ENV PATH="/go/bin:$PATH"
ENV CGO_ENABLED=0
WORKDIR /app
COPY --from=build /go/bin/hello /go/bin/hello
CMD ["hello"]
