# syntax=docker/dockerfile:1

# the app

FROM debian
RUN <<EOF
true
EOF
