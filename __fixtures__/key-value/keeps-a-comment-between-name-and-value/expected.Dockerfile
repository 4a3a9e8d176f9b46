FROM debian:bookworm-slim
ENV DEPS=\
    # what the build needs
"curl \
    git"
RUN echo $DEPS
