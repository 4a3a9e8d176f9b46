FROM alpine:3.19
RUN apk add --no-cache darkhttpd
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["nc", "-z", "-w", "4", "127.0.0.1", "8080"]
ENTRYPOINT ["/start.sh"]
