"""What a SIPp person hears: the RTP that comes to his port, as samples."""

import ctypes
import socket
import struct
import wave
from pathlib import Path
from typing import Any

from tests.live.tones import RATE

_BIAS = 0x84
_SO_ATTACH_FILTER, _SO_RCVBUFFORCE = 26, 33
_BUFFER_BYTES = 16 << 20


class Ear:
    """Listens from `start` to `stop` for PCMU sent to `port` on this machine.

    It needs raw sockets, as SIPp does for its files: root or CAP_NET_RAW.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._packets: dict[int, bytes] = {}
        self._socket: Any = None

    def start(self) -> "Ear":
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_UDP)
        self._socket.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _BUFFER_BYTES)
        self._attach_filter()
        self._socket.setblocking(False)
        return self

    def stop(self, path: Path) -> Path:
        """Write what was heard so far into a WAV file. The system kept it meanwhile."""
        while True:
            try:
                datagram = self._socket.recv(4096)
            except BlockingIOError:
                break
            self._take(datagram)
        self._socket.close()
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            for _, payload in sorted(self._packets.items()):
                file.writeframesraw(struct.pack(f"<{len(payload)}h", *map(_linear, payload)))
        return path

    def _attach_filter(self) -> None:
        """Have the system drop what goes to other ports: a test is not alone on its machine."""
        program = [
            (0xB1, 0, 0, 0),  # x = length of the IP header
            (0x48, 0, 0, 2),  # the UDP destination port behind it
            (0x15, 0, 1, self._port),
            (0x06, 0, 0, 0xFFFF),  # ours: all of it
            (0x06, 0, 0, 0),
        ]
        code = b"".join(struct.pack("HBBI", *step) for step in program)
        buffer = ctypes.create_string_buffer(code)
        told = struct.pack("HP", len(program), ctypes.addressof(buffer))
        self._socket.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, told)

    def _take(self, datagram: bytes) -> None:
        header = (datagram[0] & 0x0F) * 4
        (port,) = struct.unpack_from(">H", datagram, header + 2)
        rtp = datagram[header + 8 :]
        if port != self._port or len(rtp) < 12 or rtp[1] & 0x7F != 0:
            return
        (stamp,) = struct.unpack_from(">I", rtp, 4)
        self._packets[stamp] = rtp[12:]


def _linear(byte: int) -> int:
    byte = ~byte & 0xFF
    magnitude = (((byte & 0x0F) << 3) + _BIAS) << ((byte & 0x70) >> 4)
    return _BIAS - magnitude if byte & 0x80 else magnitude - _BIAS
