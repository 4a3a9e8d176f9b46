FROM python:3.12
ENV PIP_NO_CACHE_DIR=off
RUN pip install flask
RUN --mount=type=cache,target=/root/.cache/pip PIP_NO_CACHE_DIR= pip install flask
