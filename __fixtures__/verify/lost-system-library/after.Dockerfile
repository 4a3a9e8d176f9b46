FROM debian:bookworm-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends sqlite3 && rm -rf /var/lib/apt/lists/*

FROM debian:bookworm-slim
COPY --from=build /usr/bin/sqlite3 /usr/bin/sqlite3
CMD ["sqlite3", ":memory:", "select 42"]
