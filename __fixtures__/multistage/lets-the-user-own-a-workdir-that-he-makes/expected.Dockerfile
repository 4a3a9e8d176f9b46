FROM golang:1.22-bookworm AS build
ARG UID=10001
RUN adduser --disabled-password --uid "${UID}" app
USER app
WORKDIR /home/app/run
COPY . .
RUN CGO_ENABLED=0 go build -o /home/app/hello

FROM debian:bookworm-slim
ARG UID=10001
RUN adduser --disabled-password --uid "${UID}" app
USER app
WORKDIR /home/app/run
COPY --from=build /home/app/hello /home/app/hello
CMD ["/home/app/hello"]
