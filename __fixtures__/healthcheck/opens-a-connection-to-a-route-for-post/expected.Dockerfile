FROM python:3.12-slim
WORKDIR /app
COPY . .
RUN pip install --no-cache-dir -r requirements.txt
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["python", "-I", "-c", "import socket; socket.create_connection(('127.0.0.1', 8080), 4)"]
ENTRYPOINT ["python"]
CMD ["app.py"]
