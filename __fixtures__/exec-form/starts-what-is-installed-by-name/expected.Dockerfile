FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends beanstalkd=1.* aria2
CMD ["beanstalkd", "-p", "11300"]
