FROM debian:bookworm-slim
ENTRYPOINT ["/entrypoint.sh"]
RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
COPY entrypoint.sh /
