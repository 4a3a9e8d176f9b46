FROM python:3.9-slim-buster
WORKDIR /app
RUN groupadd --gid 10001 app && useradd --no-log-init --uid 10001 --gid 10001 --create-home --shell /usr/sbin/nologin app && chown 10001:10001 /app
COPY --chown=10001:10001 . .
RUN pip install Flask gunicorn
EXPOSE 8000
USER 10001:10001
CMD ["gunicorn","-w","4","-b","0.0.0.0:8000","app:app"]
