"""Imported before everything else by what runs as a program: makes the standard library cooperative."""

import sys

from gevent import config, monkey

monkey.patch_all()

# Who started which greenlet nobody asks; to note it doubles the time that one takes to make.
config.track_greenlet_tree = False

# Seconds. SQLite's thread needs the interpreter some ten times a commit; at the default of 5 ms each,
# a busy hub would keep every caller of that commit waiting.
sys.setswitchinterval(0.0005)
