FROM golang:1.22-bookworm AS build
ARG VERSION=dev
ARG UNUSED=1
ENV HOME_OF=/srv/app \
    MODE=production
WORKDIR $HOME_OF
COPY . .
RUN CGO_ENABLED=0 go build -o /hello

FROM gcr.io/distroless/static-debian12
ARG VERSION=dev
LABEL org.opencontainers.image.version=$VERSION
ENV HOME_OF=/srv/app \
    MODE=production
WORKDIR /srv/app
COPY --from=build /hello /hello
EXPOSE 8080/tcp
VOLUME /data
STOPSIGNAL SIGINT
ENTRYPOINT ["/hello"]
CMD ["--help"]
USER 1000:1000
