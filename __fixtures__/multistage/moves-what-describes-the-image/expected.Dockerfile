FROM golang:1.22-bookworm AS build

ARG VERSION=1.2.3

ENV GOBIN=/opt/bin
ENV PATH=$PATH:$GOBIN:$GOPATH/extra

WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go install ./...

FROM gcr.io/distroless/static-debian12
ENV GOPATH="/go"
ARG VERSION=1.2.3
# who cares for it
LABEL maintainer="me" \
      version="${VERSION}"
ENV GOBIN=/opt/bin
ENV PATH=$PATH:$GOBIN:$GOPATH/extra
WORKDIR /app
COPY --from=build /opt/bin/hello /opt/bin/hello
# the port
EXPOSE 8080
HEALTHCHECK --interval=5s CMD ["/opt/bin/hello", "-check"]

CMD ["hello"]
