#!/bin/sh
set -e
# apt-get update has run already
apt-get install -y git
