if [ "$DEBUG" = 1 ]; then
  apt-get update && apt-get install -y gdb
fi
exec flask run
