#!/bin/sh
set -e
chown -R daemon /app/data
exec gosu daemon "$@"
