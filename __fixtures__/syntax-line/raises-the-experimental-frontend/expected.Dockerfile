# syntax=docker/dockerfile:1
FROM debian
RUN <<EOF
true
EOF
