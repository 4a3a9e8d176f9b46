# syntax=docker/dockerfile:1
FROM python:3.9 AS build
WORKDIR /app
RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \
    --mount=type=cache,target=/var/lib/apt/lists,sharing=locked \
    mv /etc/apt/apt.conf.d/docker-clean /etc/apt/docker-clean && \
    apt-get update && apt-get install -y build-essential libpq-dev \
    && mv /etc/apt/docker-clean /etc/apt/apt.conf.d/docker-clean
COPY requirements.txt ./
RUN pip install --prefix=/install -r requirements.txt

FROM python:3.9-slim
WORKDIR /app
RUN apt-get update && apt-get install -y --no-install-recommends libpq5 && rm -rf /var/lib/apt/lists/*
COPY --from=build /install /usr/local
COPY . .
EXPOSE 8000
CMD ["gunicorn","-w","4","-b","0.0.0.0:8000","app:app"]
