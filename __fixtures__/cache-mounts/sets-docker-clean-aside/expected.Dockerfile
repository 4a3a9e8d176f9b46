FROM ubuntu:22.04
RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \
    --mount=type=cache,target=/var/lib/apt/lists,sharing=locked \
    mv /etc/apt/apt.conf.d/docker-clean /etc/apt/docker-clean && \
    apt-get update \
    && apt-get install -y --no-install-recommends curl \
    && curl --version > /version \
    && mv /etc/apt/docker-clean /etc/apt/apt.conf.d/docker-clean;
RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \
    --mount=type=cache,target=/var/lib/apt/lists,sharing=locked \
    mv /etc/apt/apt.conf.d/docker-clean /etc/apt/docker-clean && \
    apt-get update && apt-get install -y git && echo "done" && mv /etc/apt/docker-clean /etc/apt/apt.conf.d/docker-clean
RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \
    --mount=type=cache,target=/var/lib/apt/lists,sharing=locked \
    mv /etc/apt/apt.conf.d/docker-clean /etc/apt/docker-clean && \
    set -ex; \
    apt-get update; \
    apt-get install -y git; \
    mv /etc/apt/docker-clean /etc/apt/apt.conf.d/docker-clean
