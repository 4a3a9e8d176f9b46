FROM python:3.11-slim AS build
ENV POETRY_VIRTUALENVS_IN_PROJECT=1
RUN apt-get update && apt-get install -y gcc libpq-dev
RUN pip install poetry
WORKDIR /app
COPY . .
RUN poetry install --only main

FROM python:3.11-slim
ENV POETRY_VIRTUALENVS_IN_PROJECT=1
RUN apt-get update && apt-get install -y --no-install-recommends libpq5 && rm -rf /var/lib/apt/lists/*
RUN pip install poetry
WORKDIR /app
COPY . .
COPY --from=build /app/.venv /app/.venv
CMD ["poetry", "run", "gunicorn", "app:app"]
