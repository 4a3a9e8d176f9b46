FROM debian:bookworm-slim
# dfmod-ignore key-value -- a generator reads this line
ENV A b
ENV C="d"
