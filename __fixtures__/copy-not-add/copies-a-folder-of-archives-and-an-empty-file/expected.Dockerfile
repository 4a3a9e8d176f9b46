FROM debian:bookworm-slim
# only what is named itself is unpacked
COPY vendor /opt/vendor/
COPY marker /marker
