FROM python:3.9-slim-buster
WORKDIR /app
RUN pip install Flask gunicorn
COPY . .
