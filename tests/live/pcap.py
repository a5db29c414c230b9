"""What a caller sends, as a pcap file for SIPp: a tone, with keys by RFC 2833 in the midst of it."""

import math
import struct
from pathlib import Path

from tests.live.tones import RATE, mu_law

FRAME = 160  # samples a packet, 20 ms
EVENT_PAYLOAD, PCMU_PAYLOAD = 96, 0
KEYS = "0123456789*#ABCD"
KEY_FRAMES, PAUSE_FRAMES = 6, 5


def write_caller(
    path: Path, *, hz: int, seconds: float, keys: str = "", press_after: float = 1.0
) -> Path:
    """`seconds` of tone at -12 dBFS; `keys` begin `press_after` seconds in, 220 ms a key."""
    level = 32767 * 10 ** (-12 / 20)
    total = round(seconds * RATE / FRAME)
    presses = _presses(keys, round(press_after * RATE / FRAME))
    packets = []
    for number in range(total):
        stamp = number * FRAME
        if number in presses:
            payload, marker, kind, stamp = presses[number]
        else:
            samples = (math.sin(2 * math.pi * hz * (stamp + n) / RATE) for n in range(FRAME))
            payload = bytes(mu_law(round(level * sample)) for sample in samples)
            marker, kind = number == 0, PCMU_PAYLOAD
        rtp = struct.pack("!BBHII", 0x80, marker << 7 | kind, number, stamp, 0x1234) + payload
        packets.append(_packet(number * 0.02, rtp))
    head = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
    path.write_bytes(head + b"".join(packets))
    return path


def _presses(keys: str, first: int) -> dict[int, tuple[bytes, bool, int, int]]:
    """Packet number -> payload, marker, payload type, time stamp: RFC 2833, three end packets."""
    found = {}
    for position, key in enumerate(keys):
        begin = first + position * (KEY_FRAMES + PAUSE_FRAMES)
        for n in range(KEY_FRAMES):
            end = n >= KEY_FRAMES - 3
            duration = min(n + 1, KEY_FRAMES - 2) * FRAME
            payload = struct.pack("!BBH", KEYS.index(key), end << 7 | 10, duration)
            found[begin + n] = (payload, n == 0, EVENT_PAYLOAD, begin * FRAME)
    return found


def _packet(at: float, rtp: bytes) -> bytes:
    """One pcap record: Ethernet, IPv4 and UDP heads whose addresses SIPp replaces."""
    udp = struct.pack("!HHHH", 6000, 6000, 8 + len(rtp), 0) + rtp
    address = bytes((127, 0, 0, 1))
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, address, address)
    frame = bytes(12) + b"\x08\x00" + ip + udp
    seconds, microseconds = divmod(round(at * 1_000_000), 1_000_000)
    return struct.pack("<IIII", seconds, microseconds, len(frame), len(frame)) + frame
