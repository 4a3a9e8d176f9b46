from python:3.12-alpine
workdir /app
run addgroup -g 10001 app && adduser -D -u 10001 -G app -s /sbin/nologin app && chown 10001:10001 /app
run pip install flask
copy --chown=10001:10001 app.py .
expose 5000
user 10001:10001
cmd ["flask", "run", "--host", "0.0.0.0"]
