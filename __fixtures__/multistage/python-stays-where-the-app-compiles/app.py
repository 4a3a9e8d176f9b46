import os

os.system("gcc -o /tmp/x x.c")
