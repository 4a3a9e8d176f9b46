FROM node:20 AS a
RUN npm ci
RUN cp -r /root/.npm/_cacache /offline
FROM node:20 AS b
RUN npm ci
FROM node:20
COPY --from=b /root/.npm /root/.npm
FROM python:3.12 AS c
RUN pip install flask
FROM debian:bookworm
RUN --mount=from=c,source=/root/.cache/pip,target=/x true
FROM python:3.12
RUN pip install flask
RUN pip cache purge
FROM python:3.12
RUN --mount=type=cache,target=/root/.cache/pip pip install flask
RUN rm -rf /root/.cache/pip
FROM python:3.12
RUN pip install flask
RUN rm -r /root/.cache/pip
FROM golang:1.22
RUN go mod download
WORKDIR /go/pkg/mod/example.com/module@v1.0.0
RUN go build -o /app .
CMD ["/app"]
FROM node:20
CMD npm install && npm start
RUN npm install
