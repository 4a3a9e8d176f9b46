FROM python:3.12-slim
WORKDIR /app
COPY . .
HEALTHCHECK --interval=10s CMD ["python", "-m", "check"]
CMD ["gunicorn", "--bind", "0.0.0.0:8000", \
    # as many as the machine has
    "--workers", "4", \
    "app:app"]
