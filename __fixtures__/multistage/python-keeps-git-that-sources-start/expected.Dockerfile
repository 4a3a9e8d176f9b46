FROM python:3.11 AS build
RUN apt-get update && apt-get install -y git gcc
WORKDIR /app
COPY . .
RUN pip install --prefix=/install -r requirements.txt

FROM python:3.11-slim
RUN apt-get update && apt-get install -y git curl && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /install /usr/local
COPY . .
HEALTHCHECK CMD curl --fail http://localhost:8000/ || exit 1
CMD ["python", "app.py"]
