FROM python:3.11 AS build
WORKDIR /app
COPY . .
RUN python -m venv venv && venv/bin/pip install -r requirements.txt

FROM python:3.11-slim
WORKDIR /app
COPY . .
COPY --from=build /app/venv /app/venv
EXPOSE 8000
CMD ["venv/bin/gunicorn", "-b", "0.0.0.0:8000", "app:app"]
