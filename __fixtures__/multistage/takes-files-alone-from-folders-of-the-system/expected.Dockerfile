FROM golang:1.22-bookworm AS build
COPY conf/app.yaml /etc/app/app.yaml
COPY conf/motd /etc/motd
COPY conf/app.yaml /usr/local/share/app.yaml
WORKDIR /usr/src/app
COPY . .
RUN CGO_ENABLED=0 go build -o /usr/local/bin/hello

FROM gcr.io/distroless/static-debian12
WORKDIR /usr/src/app
COPY --from=build /usr/local/bin/hello /usr/local/bin/hello
COPY --from=build /etc/app /etc/app
COPY --from=build /etc/motd /etc/motd
COPY --from=build /usr/local/share/app.yaml /usr/local/share/app.yaml
COPY --from=build /usr/src/app/conf /usr/src/app/conf
CMD ["hello"]
