FROM python:3.12-slim-bookworm
WORKDIR /app
RUN groupadd --gid 10001 app && useradd --no-log-init --uid 10001 --gid 10001 --create-home --shell /usr/sbin/nologin app
COPY --chown=10001:10001 requirements.txt .
RUN pip install -r requirements.txt
COPY --chown=10001:10001 . .
RUN python manage.py collectstatic --noinput \
    && python manage.py migrate \
    && find /app ! -user 10001 -exec chown -h 10001:10001 {} +
EXPOSE 8000
USER 10001:10001
CMD gunicorn --bind :8000 site.wsgi
