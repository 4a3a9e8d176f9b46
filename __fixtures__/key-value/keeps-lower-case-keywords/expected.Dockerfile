from debian:bookworm-slim
env A="b c"
