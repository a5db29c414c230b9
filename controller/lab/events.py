"""Events as a listener reads them: built once, serialised once per format, shared by all."""

import time
from collections.abc import Mapping
from email.utils import formatdate
from typing import Protocol
from urllib.parse import quote

import orjson

from controller.lab.wire import event_frame

Headers = dict[str, str]


class Event:
    """One event: its headers in order, an optional body, and its frames once asked for."""

    __slots__ = ("_frames", "body", "headers", "name", "subclass")

    def __init__(self, name: str, headers: Headers, body: str = "") -> None:
        self.name = name
        self.headers = headers
        self.body = body
        self.subclass = headers.get("Event-Subclass", "")
        self._frames: dict[str, bytes] = {}

    def frame(self, form: str) -> bytes:
        """The frame in `form` (`json` or `plain`)."""
        found = self._frames.get(form)
        if found is None:
            found = self._json() if form == "json" else self._plain()
            self._frames[form] = found
        return found

    def _json(self) -> bytes:
        headers: Mapping[str, str] = self.headers
        if self.body:
            size = str(len(self.body.encode()))
            headers = {**headers, "Content-Length": size, "_body": self.body}
        return event_frame(b"json", orjson.dumps(headers))

    def _plain(self) -> bytes:
        lines = [
            f"{name}: {quote(value, safe=_UNQUOTED)}\n" for name, value in self.headers.items()
        ]
        tail = f"Content-Length: {len(self.body.encode())}\n\n{self.body}" if self.body else "\n"
        return event_frame(b"plain", ("".join(lines) + tail).encode())


_UNQUOTED = "!$()*+,-./:;=@_~ "[:-1]


class Listener(Protocol):
    """Who an event goes to: it knows its names, filters and format."""

    def wants(self, event: Event) -> bool: ...
    def deliver(self, event: Event) -> None: ...
    def names(self) -> frozenset[str]: ...


class Delivery(Protocol):
    """What stands between an event and its listeners; the faults slow or reorder here."""

    def pass_on(self, event: Event, leg: str) -> None: ...


class EventBus:
    """Numbers events, stamps them, and hands those that somebody subscribed to on."""

    def __init__(self, core_uuid: str, hostname: str, address: str) -> None:
        self.listeners: list[Listener] = []
        self.delivery: Delivery | None = None
        self.sequence = 0
        self._names: frozenset[str] = frozenset()
        self._second = 0
        self._dates = ("", "")
        self.rename(core_uuid, hostname, address)

    def rename(self, core_uuid: str, hostname: str, address: str) -> None:
        """Take the identity of a (re)started switch."""
        self.core_uuid = core_uuid
        self.hostname = hostname
        self._identity = {
            "Core-UUID": core_uuid,
            "FreeSWITCH-Hostname": hostname,
            "FreeSWITCH-Switchname": hostname,
            "FreeSWITCH-IPv4": address,
            "FreeSWITCH-IPv6": "::1",
        }

    def subscriptions_changed(self) -> None:
        """Recompute which names anybody wants."""
        self._names = frozenset().union(*(each.names() for each in self.listeners))

    def wants(self, name: str) -> bool:
        return name in self._names or "ALL" in self._names

    def headers(self, name: str) -> Headers:
        """The headers that every event begins with."""
        now = time.time_ns() // 1000
        if now // 1_000_000 != self._second:
            self._second = now // 1_000_000
            local = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(self._second))
            self._dates = (local, formatdate(self._second, usegmt=True))
        return {
            "Event-Name": name,
            **self._identity,
            "Event-Date-Local": self._dates[0],
            "Event-Date-GMT": self._dates[1],
            "Event-Date-Timestamp": str(now),
            "Event-Calling-File": "lab",
            "Event-Calling-Function": "lab",
            "Event-Calling-Line-Number": "0",
            "Event-Sequence": str(self.sequence),
        }

    def fire(self, name: str, extra: Mapping[str, str], body: str = "", leg: str = "") -> None:
        """Publish an event that is not a leg's own (BACKGROUND_JOB, HEARTBEAT, CUSTOM ...)."""
        self.sequence += 1
        if self.wants(name):
            self.publish(Event(name, {**self.headers(name), **extra}, body), leg)

    def publish(self, event: Event, leg: str) -> None:
        if self.delivery is not None:
            self.delivery.pass_on(event, leg)
        else:
            self.hand_out(event)

    def hand_out(self, event: Event) -> None:
        for listener in self.listeners:
            if listener.wants(event):
                listener.deliver(event)
