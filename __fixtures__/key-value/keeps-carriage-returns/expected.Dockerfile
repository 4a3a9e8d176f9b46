FROM debian:bookworm-slim
ENV A="one two"
LABEL b="three"
