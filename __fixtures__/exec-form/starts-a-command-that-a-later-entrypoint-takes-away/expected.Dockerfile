FROM debian:bookworm-slim AS base
CMD ["sleep", "10"]
FROM base
ENTRYPOINT ["/bin/which"]
