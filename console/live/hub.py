"""Who reads what: numbers, differences, one encoding for all who may see the same.

Law, for each reader: the snapshot he opened with, and the pushes after it in order, make what somebody
who opens the feed now gets. `open` and `flush` keep it without ever computing for one reader alone.
"""

import time
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import gevent
import orjson
import structlog
from gevent.event import Event
from pydantic import BaseModel

from console.api.visible import Sight
from console.live.feeds import Feed
from console.live.subjects import INTERACTION, Subject
from console.wording import told
from controller.errors import say
from controller.ports import Clock, Published

_log = structlog.get_logger(__name__)

#: Readers of one push who get it before everything else in the process has its turn again.
AT_ONCE = 50


class Outlet(Protocol):
    """The way to readers, who are named by ids of its own. Neither call waits for a reader."""

    def send(self, readers: Sequence[str], event: str, message: bytes) -> None:
        """`message`: JSON."""


@dataclass(slots=True)
class _Entity:
    view: BaseModel
    encoded: bytes


@dataclass(slots=True, eq=False)
class _Room:
    """One feed for all who may see the same. `readers`: with what each may see, and the number of the
    snapshot he has."""

    identity: Hashable
    feed: Feed
    number: int = 0
    readers: dict[str, tuple[Sight, int]] = field(default_factory=dict)
    entities: dict[str, _Entity] = field(default_factory=dict)
    touched: set[Subject] = field(default_factory=set)
    interests: frozenset[Subject] = frozenset()
    next_at: float = 0.0
    snapshot: bytes | None = None

    def difference(self) -> tuple[dict[str, bytes], list[str]]:
        """What is to be put and dropped because of what was touched; taken over at once."""
        fresh = self.feed.part(self.touched)
        self.touched = set()
        if fresh is None:
            whole = self.feed.whole()
            fresh = {**dict.fromkeys(self.entities.keys() - whole.keys()), **whole}
        put: dict[str, bytes] = {}
        drop: list[str] = []
        for key, view in fresh.items():
            known = self.entities.get(key)
            if view is None:
                if known is not None:
                    del self.entities[key]
                    drop.append(key)
            elif known is None or known.view is not view:
                encoded = encode(view)
                self.entities[key] = _Entity(view, encoded)
                if known is None or known.encoded != encoded:
                    put[key] = encoded
        if put or drop:
            self.snapshot = None
        return put, sorted(drop)


def encode(view: BaseModel) -> bytes:
    return view.__pydantic_serializer__.to_json(view, by_alias=True)


def mapping(entities: Mapping[str, bytes]) -> orjson.Fragment:
    """A JSON object of entities that are JSON already."""
    return orjson.Fragment(
        orjson.dumps({key: orjson.Fragment(encoded) for key, encoded in entities.items()})
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """`entities`: a JSON object."""

    number: int
    entities: bytes


class Hub:
    """`touch` and `notice` at once; `flush`, or the greenlet that `run` is for, sends what came of it."""

    def __init__(
        self,
        *,
        outlet: Outlet,
        clock: Clock,
        epoch: str,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self.epoch = epoch
        self._outlet = outlet
        self._clock = clock
        self._steady = steady
        self._rooms: dict[Hashable, _Room] = {}
        self._by_subject: dict[Subject, dict[_Room, None]] = {}
        self._of_reader: dict[str, dict[str, _Room]] = {}
        self._due: dict[_Room, None] = {}
        self._news = Event()

    # --- readers ---------------------------------------------------------------------------------

    def has(self, identity: Hashable) -> bool:
        return identity in self._rooms

    def open(
        self, reader: str, identity: Hashable, make: Callable[[], Feed], sight: Sight
    ) -> Snapshot | str:
        """Read from now on; or why he may not. Of feeds with the same identity, one is made.

        Nothing is sent to him before the caller yields to another greenlet.
        """
        room = self._rooms.get(identity) or _Room(identity, make())
        refusal = room.feed.refusal(sight)
        if refusal is not None:
            return refusal
        if identity not in self._rooms:
            self._enter(room)
        before = self._of_reader.setdefault(reader, {}).get(room.feed.name)
        if before not in (None, room):
            self.close(reader, room.feed.name)
        room.readers[reader] = (sight, room.number)
        self._of_reader[reader][room.feed.name] = room
        if room.snapshot is None:
            fragments = {key: entity.encoded for key, entity in room.entities.items()}
            room.snapshot = bytes(orjson.dumps(mapping(fragments)))
        return Snapshot(number=room.number, entities=room.snapshot)

    def close(self, reader: str, name: str) -> None:
        """Nothing happens when he does not read it."""
        room = self._of_reader.get(reader, {}).pop(name, None)
        if room is not None:
            del room.readers[reader]
            if not room.readers:
                self._leave(room)

    def gone(self, reader: str) -> None:
        for name in list(self._of_reader.get(reader, ())):
            self.close(reader, name)
        self._of_reader.pop(reader, None)

    def feeds_of(self, reader: str) -> int:
        return len(self._of_reader.get(reader, ()))

    def reads(self, reader: str, name: str) -> bool:
        return name in self._of_reader.get(reader, ())

    # --- rooms -----------------------------------------------------------------------------------

    def _enter(self, room: _Room) -> None:
        self._rooms[room.identity] = room
        whole = room.feed.whole()
        room.entities = {key: _Entity(view, encode(view)) for key, view in whole.items()}
        self._index(room)

    def _leave(self, room: _Room) -> None:
        del self._rooms[room.identity]
        self._due.pop(room, None)
        for subject in room.interests:
            self._forget(subject, room)

    def _index(self, room: _Room) -> None:
        interests = frozenset(room.feed.interests())
        for subject in room.interests - interests:
            self._forget(subject, room)
        for subject in interests - room.interests:
            self._by_subject.setdefault(subject, {})[room] = None
        room.interests = interests

    def _forget(self, subject: Subject, room: _Room) -> None:
        rooms = self._by_subject[subject]
        del rooms[room]
        if not rooms:
            del self._by_subject[subject]

    def _interested(self, subject: Subject) -> Iterator[_Room]:
        yield from self._by_subject.get(subject, ())
        yield from self._by_subject.get(Subject(subject.kind, None), ())

    # --- news ------------------------------------------------------------------------------------

    def touch(self, subject: Subject) -> None:
        """It may look different now."""
        for room in self._interested(subject):
            room.touched.add(subject)
            self._due[room] = None
            self._news.set()

    def notice(self, published: Published) -> None:
        """Before what it touches is touched."""
        subject = Subject(INTERACTION, published.after.id)
        for room in list(self._by_subject.get(subject, ())):
            if not room.feed.notice(published):
                self._end(
                    room,
                    list(room.readers),
                    409,
                    say("news_missed", "news were missed; open it again"),
                )

    def run(self) -> None:
        """Send what is due, as it comes due, for ever."""
        while True:
            later_s = self._later_s()
            if self._news.wait(later_s):
                gevent.sleep(0)  # one change is told by several; let all of them speak
            self._news.clear()
            self.flush()

    def _later_s(self) -> float | None:
        """Seconds until the first room that has news may push again; None: there is none."""
        if not self._due:
            return None
        return max(0.0, min(room.next_at for room in self._due) - self._steady())

    def flush(self) -> None:
        """Push in every room that has news, except those that pushed a moment ago."""
        now = self._steady()
        for room in [room for room in self._due if room.next_at <= now]:
            self._due.pop(room, None)
            if room.readers:
                room.next_at = now + room.feed.pace_s
                try:
                    self._push(room)
                except Exception:
                    # What was touched is forgotten; only a new snapshot is right again.
                    _log.exception("live_push_failed", feed=room.feed.name.partition(":")[0])
                    self._end(
                        room,
                        list(room.readers),
                        500,
                        say("crashed_feed", "an error in Tandem; open it again"),
                    )

    def _push(self, room: _Room) -> None:
        self._turn_out(room)
        if not room.readers:
            return  # nobody is left, and the room has gone
        put, drop = room.difference()
        self._index(room)
        if not put and not drop:
            return
        room.number += 1
        number = room.number
        message = orjson.dumps(
            {
                "feed": room.feed.name,
                "epoch": self.epoch,
                "number": number,
                "now": self._clock.now(),
                "put": mapping(put),
                "drop": drop,
            }
        )
        readers = list(room.readers)
        for first in range(0, len(readers), AT_ONCE):
            if first:
                gevent.sleep(0)
            few = [r for r in readers[first : first + AT_ONCE] if self._wants(room, r, number)]
            self._outlet.send(few, "push", message)

    def _wants(self, room: _Room, reader: str, number: int) -> bool:
        """Not who has gone meanwhile, nor who has it in a later snapshot."""
        return reader in room.readers and room.readers[reader][1] < number

    def _turn_out(self, room: _Room) -> None:
        """Those who may not see it any more."""
        refused: dict[str, list[str]] = {}
        for reader, (sight, _) in room.readers.items():
            refusal = room.feed.refusal(sight)
            if refusal is not None:
                refused.setdefault(refusal, []).append(reader)
        for refusal, readers in refused.items():
            self._end(room, readers, 404, refusal)

    def _end(self, room: _Room, readers: Sequence[str], status: int, detail: str) -> None:
        name = room.feed.name
        for reader in readers:
            self.close(reader, name)
        message = orjson.dumps(
            {"feed": name, "status": status, "detail": str(detail), **told(detail)}
        )
        self._outlet.send(readers, "ended", message)
