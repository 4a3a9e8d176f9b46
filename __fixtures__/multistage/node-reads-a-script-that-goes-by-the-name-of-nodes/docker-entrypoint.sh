#!/bin/sh
git --version
exec "$@"
