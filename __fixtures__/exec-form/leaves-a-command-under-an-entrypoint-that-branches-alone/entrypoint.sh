#!/bin/sh
if [ "$1" = sleep ]; then echo prepared; fi
exec "$@"
