FROM debian:bookworm-slim
ENV DEPS="curl \
    # for the health check
    git"
RUN apt-get update && apt-get install -y $DEPS
