FROM debian:bookworm-slim
ENV A="b"