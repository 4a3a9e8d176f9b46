from python:3.12-slim
workdir /app
copy . .
expose 8000

healthcheck --interval=30s --timeout=5s --start-period=30s --retries=3 \
  cmd ["python", "-I", "-c", "import http.client as http; c = http.HTTPConnection('127.0.0.1', 8000, timeout=4); c.request('GET', '/'); exit(c.getresponse().status >= 400)"]

# what it starts
cmd ["gunicorn", "-b", "0.0.0.0:8000", "app:app"]