FROM python:3.7-alpine
EXPOSE 8000
WORKDIR /app
COPY . /app
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["python", "-I", "-c", "import socket; socket.create_connection(('127.0.0.1', 8000), 4)"]
ENTRYPOINT ["python3"]
CMD ["manage.py", "runserver", "0.0.0.0:8000"]
