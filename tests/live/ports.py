"""Addresses on loopback that nobody holds at the moment of asking."""

import os
import random
import socket
from contextlib import ExitStack

import gevent

HOST = "127.0.0.1"


def free_ports(count: int) -> list[int]:
    """`count` different ports free for TCP and UDP alike; all are held while choosing."""
    with ExitStack() as held:
        ports: list[int] = []
        while len(ports) < count:
            tcp = held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
            udp = held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            tcp.bind((HOST, 0))
            port = tcp.getsockname()[1]
            try:
                udp.bind((HOST, port))
            except OSError:
                continue
            ports.append(port)
        return ports


def quiet_ports(count: int) -> list[int]:
    """`count` different ports free now for TCP and UDP alike, below those that the kernel gives to whoever
    asks for any: nobody has to hold them until they are used, or used again. Each test process has its own
    thousand of them."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    start = 10_000 + 1_000 * (worker % 6)
    with ExitStack() as held:
        ports: list[int] = []
        for port in random.sample(range(start, start + 1_000), 1_000):
            try:
                for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                    held.enter_context(socket.socket(socket.AF_INET, kind)).bind((HOST, port))
            except OSError:
                continue
            ports.append(port)
            if len(ports) == count:
                return ports
    raise AssertionError(f"fewer than {count} free ports from {start} on")


def free_media_port() -> int:
    """A UDP port that is free together with the one two above it: SIPp takes both."""
    while True:
        (port,) = free_ports(1)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as second:
            try:
                second.bind((HOST, port + 2))
            except (OSError, OverflowError):
                continue
        return port


def await_taken(port: int, timeout: float = 10.0) -> None:
    """Until somebody holds this UDP port: SIPp tells nobody, and a call before that is refused."""
    with gevent.Timeout(timeout, TimeoutError(f"nobody listens at port {port}")):
        while True:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
                try:
                    probe.bind((HOST, port))
                except OSError:
                    return
            gevent.sleep(0.02)


def rtp_range(size: int = 400) -> tuple[int, int]:
    """A stretch below the kernel's own ephemeral ports; the switch skips those in use."""
    start = random.randrange(16_000, 32_000 - size, 2)
    return start, start + size
