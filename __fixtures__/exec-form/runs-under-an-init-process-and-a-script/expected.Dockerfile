FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y tini
COPY --chmod=755 entrypoint.sh /entrypoint.sh
ENTRYPOINT ["tini", "-g", "--", "/entrypoint.sh"]
CMD ["sleep", "10"]
