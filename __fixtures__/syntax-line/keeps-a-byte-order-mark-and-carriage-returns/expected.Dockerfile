# syntax=docker/dockerfile:1
# escape=`
FROM python:3.12
COPY --chmod=755 run.sh /
