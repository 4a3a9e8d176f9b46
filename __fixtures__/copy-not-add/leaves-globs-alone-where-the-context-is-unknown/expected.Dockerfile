FROM debian:bookworm-slim
ADD * /data/
COPY *.json /data/
ADD rootfs.tar.xz /
COPY target/app-*.jar /app.jar
