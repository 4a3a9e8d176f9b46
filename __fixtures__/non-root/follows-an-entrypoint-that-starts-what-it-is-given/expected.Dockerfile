FROM python:3.12-slim-bookworm
WORKDIR /app
RUN groupadd --gid 10001 app && useradd --no-log-init --uid 10001 --gid 10001 --create-home --shell /usr/sbin/nologin app && chown 10001:10001 /app
RUN pip install flask
COPY --chown=10001:10001 app.py .
COPY --chown=10001:10001 docker-entrypoint.sh /
EXPOSE 5000
USER 10001:10001
ENTRYPOINT ["/docker-entrypoint.sh"]
CMD ["flask", "run", "--host", "0.0.0.0"]
