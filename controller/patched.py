"""Imported before everything else by what runs as a program: makes the standard library cooperative."""

import sys

from gevent import monkey

monkey.patch_all()

# Seconds. SQLite's thread needs the interpreter some ten times a commit; at the default of 5 ms each,
# a busy hub would keep every caller of that commit waiting.
sys.setswitchinterval(0.0005)
