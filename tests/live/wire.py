"""Who hears whom, told from the RTP that the switch sends on loopback."""

import array
import socket
import struct
import time
from collections.abc import Collection, Mapping

from tests.live.tones import AUDIBLE, RATE, strength

_ETHERNET, _UDP, _RTP = 14, 17, 12
_OUTGOING = 4  # loopback shows every packet twice


def listen(ports: Mapping[str, int], seconds: float) -> dict[str, bytes]:
    """The PCMU that leaves each of the switch's `ports` meanwhile, by their names.

    Raises PermissionError without the right to raw sockets.
    """
    names = {port: name for name, port in ports.items()}
    heard = {name: bytearray() for name in ports}
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0003)) as tap:
        tap.bind(("lo", 0))
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            tap.settimeout(left)
            try:
                packet, origin = tap.recvfrom(2048)
            except TimeoutError:
                break
            if origin[2] == _OUTGOING or packet[_ETHERNET + 9] != _UDP:
                continue
            start = _ETHERNET + (packet[_ETHERNET] & 0x0F) * 4
            (source,) = struct.unpack_from("!H", packet, start)
            payload = packet[start + 8 :]
            if source in names and len(payload) > _RTP and payload[1] & 0x7F == 0:
                heard[names[source]] += payload[_RTP:]
    return {name: bytes(data) for name, data in heard.items()}


def tones_in(pcmu: bytes, frequencies: Collection[int]) -> set[int]:
    """Those of the frequencies that sound, alone or together."""
    if not pcmu:
        return set()
    samples = array.array("h", (_LINEAR[byte] for byte in pcmu))
    return {hz for hz in frequencies if strength(samples, hz, RATE) > AUDIBLE}


def _linear(byte: int) -> int:
    byte = ~byte & 0xFF
    magnitude = (((byte & 0x0F) << 3) + 132) << ((byte & 0x70) >> 4)
    return 132 - magnitude if byte & 0x80 else magnitude - 132


_LINEAR = [_linear(byte) for byte in range(256)]
