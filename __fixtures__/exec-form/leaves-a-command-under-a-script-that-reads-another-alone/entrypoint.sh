#!/bin/sh
. /setup.sh
exec "$@"
