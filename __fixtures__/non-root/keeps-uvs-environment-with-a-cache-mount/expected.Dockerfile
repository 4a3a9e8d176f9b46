FROM python:3.12-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:latest /uv /bin/
WORKDIR /app
RUN groupadd --gid 10001 app && useradd --no-log-init --uid 10001 --gid 10001 --create-home --shell /usr/sbin/nologin app && chown 10001:10001 /app
RUN --mount=type=cache,target=/root/.cache/uv \
    --mount=type=bind,source=uv.lock,target=uv.lock \
    --mount=type=bind,source=pyproject.toml,target=pyproject.toml \
    uv sync --locked --no-install-project \
    && find /app/.venv ! -user 10001 -exec chown -h 10001:10001 {} +
COPY --chown=10001:10001 . .
RUN --mount=type=cache,target=/root/.cache/uv uv sync --locked \
    && find /app/.venv ! -user 10001 -exec chown -h 10001:10001 {} +
EXPOSE 8000
USER 10001:10001
CMD ["uv", "run", "--no-sync", "gunicorn", "--bind", ":8000", "app:app"]
