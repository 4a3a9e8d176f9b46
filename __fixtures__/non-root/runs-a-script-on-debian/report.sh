#!/bin/sh
set -e
mkdir -p out/today
exec python3 report.py "$@" > out/today/report.txt
