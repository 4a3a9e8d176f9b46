FROM debian:bookworm-slim
copy --chown=1000:1000 --chmod=644 a.txt /data/
Copy ["a b.txt", "/data/"]
COPY <<EOF /hello
hello
EOF
