FROM python:3.12-slim-bookworm

WORKDIR /app
RUN groupadd --gid 10001 app && useradd --no-log-init --uid 10001 --gid 10001 --create-home --shell /usr/sbin/nologin app && chown 10001:10001 /app

COPY --chown=10001:10001 requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt

# the app keeps its database beside its code
COPY --chown=10001:10001 . .

EXPOSE 8000
USER 10001:10001
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "app:app"]
