"""Who is here, by the address he comes from; and who goes when there is no room for another.

He who came first of those from the address that has most: so one machine that opens connections
without end takes the room from itself, not from others.
"""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Who = TypeVar("Who", bound=Hashable)


class Crowd(Generic[Who]):
    def __init__(self) -> None:
        #: Each in the order of coming.
        self._from: dict[str, dict[Who, None]] = {}

    def enter(self, who: Who, address: str) -> None:
        self._from.setdefault(address, {})[who] = None

    def leave(self, who: Who, address: str) -> None:
        """Nothing happens when he is not here."""
        there = self._from.get(address, {})
        if who in there:
            del there[who]
            if not there:
                del self._from[address]

    def make_room(self, may_go: Callable[[Who], bool] = lambda who: True) -> Who | None:
        """Who is to go; he has left then. None: nobody may."""
        for address in sorted(self._from, key=lambda a: len(self._from[a]), reverse=True):
            for who in self._from[address]:
                if may_go(who):
                    self.leave(who, address)
                    return who
        return None
