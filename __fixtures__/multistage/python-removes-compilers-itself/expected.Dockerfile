FROM python:3.11-slim AS build
WORKDIR /app
COPY . .
RUN apt-get update && apt-get install -y gcc libpq-dev libpq5 \
    && pip install --prefix=/install -r requirements.txt \
    && apt-get purge -y --auto-remove gcc libpq-dev

FROM python:3.11-slim
WORKDIR /app
COPY --from=build /install /usr/local
COPY . .
RUN apt-get update && apt-get install -y libpq5 && rm -rf /var/lib/apt/lists/*
CMD ["python", "app.py"]
