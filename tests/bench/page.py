"""A page as lean as can be, so that what is measured is the server: text frames, no masks but zeroes."""

import struct
from collections.abc import Iterator
from socket import create_connection

_KEY = "dGhlIHNhbXBsZSBub25jZQ=="


class Page:
    """One WebSocket to the live feed. Raises OSError when it has ended."""

    def __init__(self, port: int) -> None:
        self._socket = create_connection(("127.0.0.1", port), timeout=60)
        self._buffer = bytearray()
        self._socket.sendall(
            b"GET /live/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
            b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: %s\r\n\r\n" % (port, _KEY.encode())
        )
        while b"\r\n\r\n" not in self._buffer:
            self._read()
        head, _, rest = bytes(self._buffer).partition(b"\r\n\r\n")
        assert b" 101 " in head.split(b"\r\n")[0], head
        self._buffer = bytearray(rest)

    def send(self, text: str) -> None:
        """Less than 64 kB."""
        payload = text.encode()
        size = len(payload)
        length = bytes([128 | size]) if size < 126 else b"\xfe" + struct.pack("!H", size)
        self._socket.sendall(b"\x81" + length + b"\0\0\0\0" + payload)

    def texts(self) -> Iterator[bytes]:
        """Every message, as it comes; answers the server's questions whether we live."""
        while True:
            while (frame := self._frame()) is not None:
                if frame == b"2":
                    self.send("3")
                else:
                    yield frame
            self._read()

    def close(self) -> None:
        self._socket.close()

    def _read(self) -> None:
        received = self._socket.recv(65_536)
        if not received:
            raise ConnectionError("the server has closed")
        self._buffer += received

    def _frame(self) -> bytes | None:
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        size, begin = buffer[1] & 127, 2
        if size == 126:
            if len(buffer) < 4:
                return None
            size, begin = struct.unpack_from("!H", buffer, 2)[0], 4
        elif size == 127:
            if len(buffer) < 10:
                return None
            size, begin = struct.unpack_from("!Q", buffer, 2)[0], 10
        if len(buffer) < begin + size:
            return None
        frame = bytes(buffer[begin : begin + size])
        del buffer[: begin + size]
        return frame
