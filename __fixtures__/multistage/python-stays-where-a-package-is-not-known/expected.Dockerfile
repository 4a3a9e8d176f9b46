FROM python:3.11 AS build
RUN apt-get update && apt-get install -y cmake
WORKDIR /app
COPY . .
RUN pip install --prefix=/install -r requirements.txt

FROM python:3.11
WORKDIR /app
COPY --from=build /install /usr/local
COPY . .
CMD ["python", "app.py"]
