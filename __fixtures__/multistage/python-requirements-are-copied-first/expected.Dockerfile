# syntax=docker/dockerfile:1
FROM python:3.9-slim-buster AS build
WORKDIR /app
# what is installed
COPY requirements.txt ./
RUN --mount=type=cache,target=/root/.cache/pip pip install --prefix=/install -r requirements.txt

FROM python:3.9-slim-buster
WORKDIR /app
COPY --from=build /install /usr/local
COPY . .
EXPOSE 8000
CMD ["gunicorn","-w","4","-b","0.0.0.0:8000","app:app"]
