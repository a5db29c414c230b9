"""The connections for commands: all about one leg by the same one, so that their order is kept, and legs do
not wait for each other. One more is for what cannot wait: a bridge, when somebody has answered. FreeSWITCH
reads a connection slowly, and on full cores there would be phones to ring in front of it."""

import time
from binascii import crc32
from collections.abc import Sequence

from controller.adapters.esl.connection import EslConnection
from controller.ids import LEG_ID

#: The last one is for what cannot wait.
LANES = 5

#: FreeSWITCH is behind when a command has waited for its answer for so many seconds; most take 1 ms.
SLOW_S = 0.5

#: Or when it has not read so many jobs yet, calls to phones for the most part: to have more under way makes
#: none of them ring sooner, and all that is asked meanwhile stands behind them.
UNREAD_JOBS = 8


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

    def about(self, text: str, *, urgent: bool = False) -> EslConnection:
        """The one for commands about the first leg that `text` names; of none, the first. What is urgent
        passes by the others, unless something about the same leg waits there: their order is kept."""
        found = LEG_ID.search(text)
        if found is None:
            return self._connections[0]
        leg = found[0]
        its_own = self._connections[crc32(leg.encode()) % (len(self._connections) - 1)]
        passes = urgent and not any(leg in line for line in its_own.unanswered)
        return self._connections[-1] if passes else its_own

    @property
    def behind(self) -> bool:
        slow_since = time.monotonic() - SLOW_S
        if any(c.waiting_since < slow_since for c in self._connections):
            return True
        unread = sum(line.startswith("bgapi ") for c in self._connections for line in c.unanswered)
        return unread >= UNREAD_JOBS
