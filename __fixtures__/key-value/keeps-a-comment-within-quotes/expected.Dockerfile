FROM debian:bookworm-slim
ENV FLAGS="one \
  # the second
  two three${FLAGS}s"
