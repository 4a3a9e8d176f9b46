FROM ubuntu:24.04
RUN apt-get update && apt-get install -y python3-flask
WORKDIR /srv/app
RUN groupadd --gid 10001 app && useradd --no-log-init --uid 10001 --gid 10001 --create-home --shell /usr/sbin/nologin app && chown 10001:10001 /srv/app
COPY --chown=10001:10001 app.py .
EXPOSE 5000
USER 10001:10001
CMD ["flask", "run"]
