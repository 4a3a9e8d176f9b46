FROM debian:bookworm-slim AS build
RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*

FROM scratch
COPY --from=build / /
CMD ["curl", "--version"]
