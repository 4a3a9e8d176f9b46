FROM python:3.11 AS build
RUN apt-get update && apt-get install -y gcc
RUN pip install poetry==1.8.3 && poetry config virtualenvs.create false
WORKDIR /app
COPY pyproject.toml poetry.lock ./
RUN poetry install --no-root --only main

FROM python:3.11-slim
WORKDIR /app
COPY --from=build /usr/local/lib/python3.11/site-packages /usr/local/lib/python3.11/site-packages
COPY --from=build /usr/local/bin /usr/local/bin
COPY . .
CMD ["gunicorn", "app:app"]
