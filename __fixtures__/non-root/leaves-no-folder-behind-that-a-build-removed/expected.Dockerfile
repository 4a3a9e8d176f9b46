FROM python:3.12-slim-bookworm
WORKDIR /build
COPY --chown=10001:10001 requirements.txt .
RUN pip install -r requirements.txt && rm -rf /build
WORKDIR /app
RUN groupadd --gid 10001 app && useradd --no-log-init --uid 10001 --gid 10001 --create-home --shell /usr/sbin/nologin app && chown 10001:10001 /app
COPY --chown=10001:10001 app.py .
EXPOSE 5000
USER 10001:10001
CMD ["flask", "run"]
