FROM debian:bookworm-slim
# where the tools look for it
ENV APP_HOME="/opt/app"
ENV PATH="$APP_HOME/bin:$PATH"
LABEL description="A small service that says hello"
COPY . $APP_HOME
CMD ["hello"]
