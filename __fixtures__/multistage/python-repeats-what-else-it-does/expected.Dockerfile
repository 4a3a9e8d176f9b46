FROM python:3.11-slim AS build
RUN apt-get update && apt-get install -y gcc tesseract-ocr
RUN groupadd -r app && useradd -r -g app app
COPY requirements.txt /tmp/requirements.txt
RUN pip install -U pip setuptools wheel
RUN pip install --prefix=/install -r /tmp/requirements.txt && rm /tmp/requirements.txt

FROM python:3.11-slim
RUN apt-get update && apt-get install -y tesseract-ocr libgomp1 && rm -rf /var/lib/apt/lists/*
RUN groupadd -r app && useradd -r -g app app
RUN pip install -U pip setuptools wheel
COPY --from=build /install /usr/local
WORKDIR /app
COPY . .
RUN mkdir -p /data && chown app /data
USER app
CMD ["python", "app.py"]
