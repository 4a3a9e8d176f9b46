ARG BASE=debian:bookworm-slim
ARG TAG=3.12-slim
FROM $BASE
CMD sleep 10
FROM python:${TAG}
CMD ["python", "app.py"]
