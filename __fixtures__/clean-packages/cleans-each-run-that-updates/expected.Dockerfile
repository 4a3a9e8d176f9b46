FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
RUN echo 'deb https://example.com/apt ./' > /etc/apt/sources.list.d/example.list
RUN apt-get update && \
    apt-get install -y example && \
    apt-get clean && \
    rm -rf /var/lib/apt/lists/*
CMD ["example"]
