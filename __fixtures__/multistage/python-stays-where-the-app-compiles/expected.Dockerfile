FROM python:3.11 AS build
RUN apt-get update && apt-get install -y build-essential
WORKDIR /app
COPY . .
RUN pip install --prefix=/install -r requirements.txt

FROM python:3.11
RUN apt-get update && apt-get install -y build-essential && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /install /usr/local
COPY . .
CMD ["python", "app.py"]
