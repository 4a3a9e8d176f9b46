# escape=`
FROM debian:bookworm-slim
ENV PATH_LIKE="C:\Program Files\x"
ENV QUOTED="a`"b"
