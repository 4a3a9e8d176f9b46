#!/bin/sh
if [ "$1" = serve ]; then
  exec httpd -f -p 8080 -h /www
fi
exec "$@"
