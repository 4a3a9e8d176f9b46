#!/bin/sh
PORT=$(cat /run/port)
if [ -z "$PORT" ]; then exit 1; fi
exec gunicorn -b 0.0.0.0:$PORT app:app
