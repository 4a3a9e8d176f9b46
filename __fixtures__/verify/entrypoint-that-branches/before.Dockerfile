FROM busybox
COPY index.html /www/index.html
COPY --chmod=755 entrypoint.sh /
EXPOSE 8080
ENTRYPOINT ["/entrypoint.sh"]
CMD ["serve"]
