FROM python:3.12 AS builder
RUN pip install --no-cache-dir --prefix /install flask

FROM python:3.12-slim
COPY --from=builder /install /usr/local
CMD ["python", "app.py"]
