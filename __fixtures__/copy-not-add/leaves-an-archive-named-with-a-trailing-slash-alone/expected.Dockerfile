FROM debian:bookworm-slim
ADD rootfs.tar.gz/ /
COPY configuration/ /etc/app/
