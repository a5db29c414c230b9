"""A phone in a page: SIP over a WebSocket (RFC 7118), as far as a test needs one. It sends silence.

It works in a thread of its own, for the page's life goes on whatever the test does.
"""

import base64
import hashlib
import os
import re
import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import uuid4

Headers = list[tuple[str, str]]

#: Seconds from one packet of silence to the next.
RTP_EVERY_S = 0.2


@dataclass(frozen=True)
class Message:
    first: str
    headers: Headers
    body: str = ""

    @classmethod
    def parse(cls, text: str) -> "Message":
        head, _, body = text.partition("\r\n\r\n")
        first, *lines = head.split("\r\n")
        pairs = (line.partition(":") for line in lines)
        return cls(first, [(name.strip().lower(), value.strip()) for name, _, value in pairs], body)

    @property
    def method(self) -> str:
        return self.first.split(" ", 1)[0]

    def get(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name.lower()), "")

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name.lower()]


@dataclass
class Call:
    """One call that came; `over` once either side has ended it."""

    invite: Message
    at: float
    tag: str = field(default_factory=lambda: uuid4().hex[:8])
    answered: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)


class WebPhone:
    """Registers when made. `answers(invite)` says after how many seconds it answers, None: never."""

    def __init__(
        self,
        address: str,
        extension: str,
        password: str,
        *,
        domain: str = "tandem",
        answers: Callable[[Message], float | None] = lambda invite: 0.1,
        expires: int = 60,
    ) -> None:
        self._address, self._extension, self._password = address, extension, password
        self._domain, self._answers, self._expires = domain, answers, expires
        self.calls: list[Call] = []
        self._news = threading.Condition()
        self._registered = threading.Event()
        self._closed = False
        self._cseq = 0
        self._id, self._host = uuid4().hex, f"{uuid4().hex[:12]}.invalid"
        self._media = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._media.bind(("127.0.0.1", 0))
        self._media_port = self._media.getsockname()[1]
        self._socket = _handshake(address)
        self._lock = threading.Lock()
        threading.Thread(target=self._read, daemon=True).start()
        self.register()

    # --- what a hand on the page does --------------------------------------------------------------

    def register(self, expires: int | None = None, authorization: str = "") -> None:
        """Returns when the switch has confirmed it."""
        self._registered.clear()
        self._asked = self._expires if expires is None else expires
        self._ask_register(self._asked, authorization)
        assert self._registered.wait(10), f"phone {self._extension} is not registered"

    def vanish(self) -> None:
        """The connection is gone, and nobody said goodbye: a lid that was closed, a network lost."""
        self._closed = True
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def freeze(self) -> None:
        """Hear and say nothing any more, with the connection open: a lid that is closed."""
        self._closed = True

    def leave(self) -> None:
        """A page that is closed in order: its calls are ended, and it is registered no more."""
        for call in self.calls:
            if call.answered.is_set() and not call.over.is_set():
                self.hang_up(call)
        self.register(expires=0)
        self.vanish()

    def hang_up(self, call: Call) -> None:
        invite = call.invite
        self._cseq += 1
        contact = re.search(r"<([^>]+)>", invite.get("contact"))
        assert contact is not None
        self._send(
            f"BYE {contact[1]} SIP/2.0",
            [
                ("Via", self._via()),
                ("Max-Forwards", "70"),
                *(("Route", route) for route in invite.all("record-route")),
                ("From", f"{invite.get('to')};tag={call.tag}"),
                ("To", invite.get("from")),
                ("Call-ID", invite.get("call-id")),
                ("CSeq", f"{self._cseq} BYE"),
            ],
        )
        call.over.set()

    def wait_call(self, number: int, timeout: float = 10.0) -> Call:
        """The call of that number, counted from 0, once it has come."""
        with self._news:
            assert self._news.wait_for(lambda: len(self.calls) > number, timeout), (
                f"call {number} did not come in {timeout} s"
            )
        return self.calls[number]

    # --- SIP ---------------------------------------------------------------------------------------

    def _via(self) -> str:
        return f"SIP/2.0/WS {self._host};branch=z9hG4bK{uuid4().hex[:12]}"

    @property
    def _contact(self) -> str:
        return f"<sip:{self._extension}@{self._host};transport=ws>"

    def _ask_register(self, expires: int, authorization: str = "") -> None:
        self._cseq += 1
        me = f"<sip:{self._extension}@{self._domain}>"
        self._send(
            f"REGISTER sip:{self._domain} SIP/2.0",
            [
                ("Via", self._via()),
                ("Max-Forwards", "70"),
                ("From", f"{me};tag={self._id[:8]}"),
                ("To", me),
                ("Call-ID", self._id),
                ("CSeq", f"{self._cseq} REGISTER"),
                ("Contact", f"{self._contact};expires={expires}"),
                ("Expires", str(expires)),
                *([("Authorization", authorization)] if authorization else []),
            ],
        )

    def _take(self, message: Message) -> None:
        if message.first.startswith("SIP/2.0 "):
            self._take_answer(message)
        elif message.method == "INVITE":
            threading.Thread(target=self._ring, args=(message,), daemon=True).start()
        elif message.method in ("BYE", "CANCEL", "OPTIONS", "INFO", "NOTIFY", "UPDATE"):
            call = self._find(message)
            self._reply(message, "200 OK", call)
            if call is not None and message.method == "CANCEL":
                self._reply(call.invite, "487 Request Terminated", call)
            if call is not None and message.method in ("BYE", "CANCEL"):
                call.over.set()

    def _take_answer(self, message: Message) -> None:
        if not message.get("cseq").endswith("REGISTER"):
            return
        status = message.first.split()[1]
        if status == "200":
            self._registered.set()
        elif status in ("401", "407"):
            challenge = dict(re.findall(r'(\w+)="?([^",]+)"?', message.get("www-authenticate")))
            self._ask_register(self._asked, self._digest(challenge))

    def _digest(self, challenge: dict[str, str]) -> str:
        realm, nonce, uri = challenge["realm"], challenge["nonce"], f"sip:{self._domain}"
        ha1 = _md5(f"{self._extension}:{realm}:{self._password}")
        answer = _md5(f"{ha1}:{nonce}:00000001:c:auth:{_md5(f'REGISTER:{uri}')}")
        return (
            f'Digest username="{self._extension}", realm="{realm}", nonce="{nonce}", uri="{uri}",'
            f' response="{answer}", algorithm=MD5, qop=auth, nc=00000001, cnonce="c"'
        )

    def _find(self, message: Message) -> Call | None:
        same = (call for call in self.calls if call.invite.get("call-id") == message.get("call-id"))
        return next(same, None)

    def _ring(self, invite: Message) -> None:
        call = self._find(invite)
        if call is not None:  # held, or taken back: what it asks for is so
            self._reply(invite, "200 OK", call, sdp=True)
            return
        call = Call(invite, time.time())
        with self._news:
            self.calls.append(call)
            self._news.notify_all()
        self._reply(invite, "180 Ringing", call)
        after = self._answers(invite)
        if after is None or call.over.wait(after):
            return
        self._reply(invite, "200 OK", call, sdp=True)
        call.answered.set()
        self._send_silence(call)

    def _send_silence(self, call: Call) -> None:
        """A packet now and then: of a page from which nothing comes, the call is ended."""
        host = re.search(r"^c=IN IP4 (\S+)", call.invite.body, re.MULTILINE)
        port = re.search(r"^m=audio (\d+)", call.invite.body, re.MULTILINE)
        assert host is not None and port is not None
        number = 0
        while not self._closed and not call.over.wait(RTP_EVERY_S):
            head = struct.pack("!BBHII", 0x80, 0, number & 0xFFFF, number * 160, 1)
            self._media.sendto(head + b"\xff" * 160, (host[1], int(port[1])))
            number += 1

    def _reply(
        self, request: Message, status: str, call: Call | None = None, *, sdp: bool = False
    ) -> None:
        to = request.get("to")
        if call is not None and ";tag=" not in to:
            to += f";tag={call.tag}"
        headers = [("Via", via) for via in request.all("via")]
        headers += [("Record-Route", route) for route in request.all("record-route")]
        headers += [("From", request.get("from")), ("To", to), ("Contact", self._contact)]
        headers += [("Call-ID", request.get("call-id")), ("CSeq", request.get("cseq"))]
        if sdp:
            headers.append(("Content-Type", "application/sdp"))
        self._send(f"SIP/2.0 {status}", headers, _sdp(self._media_port) if sdp else "")

    # --- the wire ----------------------------------------------------------------------------------

    def _send(self, first: str, headers: Headers, body: str = "") -> None:
        lines = [first, *(f"{name}: {value}" for name, value in headers)]
        lines.append(f"Content-Length: {len(body)}")
        payload = ("\r\n".join(lines) + "\r\n\r\n" + body).encode()
        mask = os.urandom(4)
        length = struct.pack("!BH", 0xFE, len(payload)) if len(payload) > 125 else None
        head = b"\x81" + (length or bytes([0x80 | len(payload)])) + mask
        masked = bytes(byte ^ mask[n % 4] for n, byte in enumerate(payload))
        with self._lock, suppress(OSError):
            if not self._closed:
                self._socket.sendall(head + masked)

    def _read(self) -> None:
        with suppress(OSError, ConnectionError):
            stream = self._socket.makefile("rb")
            while not self._closed:
                head = stream.read(2)
                if len(head) < 2:
                    return
                opcode, length = head[0], head[1] & 0x7F
                if length == 126:
                    (length,) = struct.unpack("!H", stream.read(2))
                payload = stream.read(length)
                if opcode & 0x0F == 1 and payload.strip() and not self._closed:
                    self._take(Message.parse(payload.decode()))


def _handshake(address: str) -> socket.socket:
    host, _, port = address.rpartition(":")
    connection = socket.create_connection((host, int(port)), timeout=10)
    connection.settimeout(None)
    key = base64.b64encode(os.urandom(16)).decode()
    connection.sendall(
        f"GET / HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Protocol: sip\r\n"
        "Sec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    answer = b""
    while not answer.endswith(b"\r\n\r\n"):
        byte = connection.recv(1)
        assert byte, f"no WebSocket at {address}: {answer!r}"
        answer += byte
    assert b" 101 " in answer.split(b"\r\n")[0], answer
    return connection


def _sdp(port: int) -> str:
    return (
        "v=0\r\no=page 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
        f"m=audio {port} RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
    )


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
