"""Mail as text: bytes in, values out, and back.

No network, no store, no gevent: it may run in a worker process.
Every step does a bounded amount of work for any bytes at all; `limits.Limits` has the numbers.
"""
