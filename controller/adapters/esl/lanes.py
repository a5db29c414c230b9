"""The connections for commands: all about one leg by the same one, so that their order is kept, and legs do
not wait for each other."""

import re
import time
from binascii import crc32
from collections.abc import Sequence

from controller.adapters.esl.connection import EslConnection

LANES = 4

#: FreeSWITCH is behind when a command has waited for its answer for so many seconds; most take 1 ms.
SLOW_S = 0.5

_LEG = re.compile(r"[0-9a-fA-F-]{36}")


class Lanes:
    def __init__(self, connections: Sequence[EslConnection] = ()) -> None:
        self._connections = connections

    def connect(self) -> None:
        """Raises as EslConnection.connect."""
        for connection in self._connections:
            connection.connect()

    def stop(self) -> None:
        for connection in self._connections:
            connection.stop()

    def about(self, text: str) -> EslConnection:
        """The one for commands about the first leg that `text` names; of none, the first."""
        leg = _LEG.search(text)
        number = crc32(leg[0].encode()) % len(self._connections) if leg is not None else 0
        return self._connections[number]

    @property
    def behind(self) -> bool:
        slow_since = time.monotonic() - SLOW_S
        return any(c.waiting_since < slow_since for c in self._connections)
