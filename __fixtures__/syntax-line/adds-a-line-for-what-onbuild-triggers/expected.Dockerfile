# syntax=docker/dockerfile:1
FROM debian
ONBUILD RUN --mount=type=tmpfs,target=/x true
