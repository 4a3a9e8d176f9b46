FROM python:3.11-slim AS build
ENV PIPENV_VENV_IN_PROJECT=1
RUN apt-get update && apt-get install -y gcc
RUN pip install pipenv
WORKDIR /app
COPY Pipfile Pipfile.lock ./
RUN pipenv install --deploy

FROM python:3.11-slim
ENV PIPENV_VENV_IN_PROJECT=1
RUN apt-get update && apt-get install -y --no-install-recommends libgomp1 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /app/.venv /app/.venv
COPY . .
ENV PATH="/app/.venv/bin:$PATH"
CMD ["gunicorn", "app:app"]
