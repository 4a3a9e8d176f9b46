FROM debian:bookworm-slim
RUN groupadd --gid 10001 app && useradd --no-log-init --uid 10001 --gid 10001 --create-home --shell /usr/sbin/nologin app
RUN apt-get update \
    && apt-get install -y --no-install-recommends python3
WORKDIR /opt/report
COPY --chown=10001:10001 report.sh report.py ./
RUN mkdir -p out && chmod +x report.sh && find /opt/report ! -user 10001 -exec chown -h 10001:10001 {} +
USER 10001:10001
ENTRYPOINT ["./report.sh"]
