FROM python:3.9 AS build
RUN apt-get update && apt-get install -y build-essential libpq-dev
WORKDIR /app
COPY . .
RUN pip install --prefix=/install -r requirements.txt

FROM python:3.9-slim
RUN apt-get update && apt-get install -y --no-install-recommends libpq5 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /install /usr/local
COPY . .
EXPOSE 8000
CMD ["gunicorn","-w","4","-b","0.0.0.0:8000","app:app"]
