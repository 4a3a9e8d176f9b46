FROM busybox AS base
ENV GREETING=hello

FROM base
CMD ["sh", "-c", "sleep 600"]
