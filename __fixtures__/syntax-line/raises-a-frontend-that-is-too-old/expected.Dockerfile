# escape=\
#  Syntax = docker/dockerfile:1
FROM debian
COPY --link . .
