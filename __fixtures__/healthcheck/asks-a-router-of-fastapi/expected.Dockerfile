FROM python:3.12-slim
WORKDIR /app
COPY . .
RUN pip install --no-cache-dir -r requirements.txt
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["python", "-I", "-c", "import http.client as http; c = http.HTTPConnection('127.0.0.1', 80, timeout=4); c.request('GET', '/api/health'); exit(c.getresponse().status >= 400)"]
CMD ["uvicorn", "app.main:app", "--host", "0.0.0.0", "--port", "80"]
