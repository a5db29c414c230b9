"""Holds every queue against the thresholds, whether somebody reads the floor or not.

Strategy: news only mark a queue; it is looked at once they have all been told, by the agenda, which
also looks again when time alone may begin an alarm. Without a threshold nothing is marked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from console.alarms import AlarmBoard
from console.live.agenda import Agenda
from console.live.day import Days
from console.live.picture import Picture
from console.live.subjects import QUEUE, Subject
from console.services import Forecast
from controller.domain.alarms import Metric, Threshold
from controller.domain.catalogue import QueueSettings
from controller.ports import Catalogue, Clock
from controller.reports import formulas as f

#: What he has waited who joins this very moment: more than where nobody waits, for it grows.
JUST_S = 0.001

_KEY = "alarms"
_NONE: Mapping[str, int] = {}


@dataclass(frozen=True, slots=True)
class _Seen:
    """A queue when it was last looked at. `longest_since`: when he who waits longest joined."""

    longest_since: float | None
    values: Mapping[Metric, float | None]

    def at(self, now: float) -> Mapping[Metric, float | None]:
        waited = 0.0 if self.longest_since is None else max(JUST_S, now - self.longest_since)
        return {**self.values, Metric.LONGEST_WAIT_S: waited}


class Watch:
    """`touch` with what news are about, as often as there are any."""

    def __init__(
        self,
        *,
        board: AlarmBoard,
        picture: Picture,
        days: Days,
        forecast: Forecast,
        catalogue: Catalogue,
        clock: Clock,
        agenda: Agenda,
    ) -> None:
        self._board = board
        self._picture = picture
        self._days = days
        self._forecast = forecast
        self._catalogue = catalogue
        self._clock = clock
        self._agenda = agenda
        self._seen: dict[str, _Seen] = {}
        self._touched: set[str] = set()
        self._thresholds: Sequence[Threshold] = ()
        self._rearranged = True
        self._asked = False
        catalogue.subscribe(self._on_catalogue)
        self._look_soon()

    def touch(self, subject: Subject) -> None:
        if self._thresholds and subject.kind == QUEUE and subject.id is not None:
            self._touched.add(subject.id)
            self._look_soon()

    def _on_catalogue(self, kind: str, entry_id: str) -> None:
        if kind == "threshold":
            self._rearranged = True
            self._look_soon()

    def _look_soon(self) -> None:
        if not self._asked:
            self._asked = True
            self._agenda.set(_KEY, self._clock.now(), self.look)

    def look(self) -> None:
        """Now, at all that was touched."""
        self._asked = False
        if self._rearranged:
            self._rearranged = False
            self._thresholds = self._catalogue.all(Threshold)
            self._board.arrange(self._thresholds)
            self._seen.clear()
        if not self._thresholds:
            return
        touched, self._touched = self._touched, set()
        queues = [queue.id for queue in self._catalogue.all(QueueSettings)]
        self._seen = {
            queue: self._queue(queue)
            if queue in touched or queue not in self._seen
            else self._seen[queue]
            for queue in queues
        }
        now = self._clock.now()
        self._board.observe({queue: seen.at(now) for queue, seen in self._seen.items()})
        again_at = self._board.next_change()
        if self._asked:
            return  # by what the alarms themselves have changed
        if again_at is None:
            self._agenda.cancel(_KEY)
        else:
            self._agenda.set(_KEY, again_at, self.look)

    def _queue(self, queue: str) -> _Seen:
        waiting = self._picture.waiting.get(queue, {})
        crew = self._picture.crews.get(queue, _NONE)
        counts = self._days.counts(queue)
        return _Seen(
            longest_since=min(waiting.values(), default=None),
            values={
                Metric.WAITING: len(waiting),
                Metric.EXPECTED_WAIT_S: self._forecast.next_in(queue).expected_s,
                Metric.AVAILABLE_AGENTS: crew.get("available", 0),
                Metric.SERVICE_LEVEL: f.SERVICE_LEVEL(counts),
                Metric.ABANDONED_RATIO: f.ABANDONMENT(counts),
            },
        )
