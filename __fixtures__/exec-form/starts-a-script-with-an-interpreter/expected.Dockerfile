FROM debian:bookworm-slim
WORKDIR /app
COPY . .
CMD ["./start.sh"]
