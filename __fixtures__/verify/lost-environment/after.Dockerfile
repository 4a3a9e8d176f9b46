FROM busybox
CMD ["sh", "-c", "sleep 600"]
