FROM python:3.12-slim
WORKDIR /app
COPY . .
RUN chmod 600 config.txt
USER 1000:1000
EXPOSE 8080
CMD ["python", "server.py"]
