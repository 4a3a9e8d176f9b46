case "$1" in /bin/sh) export MODE=shell ;; esac
