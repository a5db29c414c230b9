"""Imported before everything else by what runs as a program: makes the standard library cooperative."""

from gevent import monkey

monkey.patch_all()
