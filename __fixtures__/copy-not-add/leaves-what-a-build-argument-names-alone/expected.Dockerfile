FROM debian:bookworm-slim
ARG JAR=app.jar
ENV CONFIG=app.conf
ADD target/${JAR} /app.jar
COPY target/${CONFIG} /app.conf
