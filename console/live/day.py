"""Every queue's day so far, kept from news.

Law: the numbers are those of the report (`controller.reports.summary.queue_rows`) over the contacts that
arrived since midnight in the centre's time zone, with the queue's own target. The same code counts both.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from console.api.schemas.values import time_of
from console.live.schemas import FloorQuarter, QueueDay
from controller.domain.catalogue import QueueSettings
from controller.domain.events import Event
from controller.domain.model import Interaction
from controller.ports import Catalogue, Clock, InteractionFilter, Published, Store
from controller.reports import formulas as f
from controller.reports.history import histories
from controller.reports.period import parse_end, parse_start
from controller.reports.visits import Fate, Follower, Visit, count

#: As the reports' own default: who gives up sooner could not have been answered.
SHORT_S = 5.0

QUARTER_S = 900.0


@dataclass(slots=True)
class _Followed:
    """One contact: how many of its events are counted."""

    version: int = 0
    follower: Follower = field(default_factory=Follower)


@dataclass(slots=True)
class _Quarter:
    offered: int = 0
    answered: int = 0
    abandoned: int = 0


@dataclass(slots=True)
class _OfQueue:
    """`ended`: the visits that have their fate, which `counts` counts; `open`: how many have none yet.
    `curve`: by the beginning of the quarter in which a visit began."""

    ended: list[Visit] = field(default_factory=list)
    open: int = 0
    counts: f.QueueCounts = field(default_factory=f.QueueCounts)
    curve: dict[float, _Quarter] = field(default_factory=dict)
    view: QueueDay | None = None

    def begin(self, visit: Visit) -> None:
        self.open += 1
        self._quarter(visit).offered += 1

    def end(self, visit: Visit, within_s: float) -> None:
        self.open -= 1
        self.ended.append(visit)
        self.counts = count(self.counts, visit, within_s, SHORT_S)
        quarter = self._quarter(visit)
        quarter.answered += visit.fate is Fate.ANSWERED
        quarter.abandoned += visit.fate is Fate.ABANDONED

    def measure(self, within_s: float) -> None:
        """By another target."""
        self.counts = f.QueueCounts()
        for visit in self.ended:
            self.counts = count(self.counts, visit, within_s, SHORT_S)

    def _quarter(self, visit: Visit) -> _Quarter:
        return self.curve.setdefault(quarter_of(visit), _Quarter())


def quarter_of(visit: Visit) -> float:
    return visit.entered_at // QUARTER_S * QUARTER_S


class Days:
    """`notice` every publication; `learn` what was before the start; `roll` at `until`.

    `changed` is called with each queue whose numbers are others now, and the beginning of the quarter of
    its curve that is (None: none is).
    """

    def __init__(
        self,
        *,
        catalogue: Catalogue,
        clock: Clock,
        zone: ZoneInfo,
        changed: Callable[[str, float | None], None],
    ) -> None:
        self._catalogue = catalogue
        self._clock = clock
        self._zone = zone
        self._changed = changed
        self._begin(clock.now())
        catalogue.subscribe(self._on_catalogue)

    def _begin(self, now: float) -> None:
        self.since = parse_start("today", now, self._zone)
        #: Midnight, when the next day begins.
        self.until = parse_end("today", now, self._zone)
        self._followed: dict[str, _Followed] = {}
        self._queues: dict[str, _OfQueue] = {}

    def roll(self) -> None:
        """A new day, if it has come."""
        self._roll(self._clock.now())

    def _roll(self, now: float) -> None:
        if now < self.until:
            return
        over = self._queues
        self._begin(now)
        for queue in self._catalogue.all(QueueSettings):
            self._changed(queue.id, None)
        for queue_id, of_queue in over.items():
            for begin in of_queue.curve:
                self._changed(queue_id, begin)

    # --- what happens ----------------------------------------------------------------------------

    def notice(self, published: Published) -> None:
        after = published.after
        if not isinstance(after, Interaction):
            return
        # Who arrived this day is counted to it, whatever our clock says.
        self._roll(max(self._clock.now(), after.arrived_at))
        if after.arrived_at < self.since:
            return
        events = [event for event in published.events if isinstance(event, Event)]
        self._take(after, after.version - len(published.events), events)

    def learn(self, store: Store) -> None:
        """Read the day's contacts. What happens meanwhile may come in any order. Raises StoreError."""
        for history in histories(store, InteractionFilter(since=self.since)):
            if history.interaction.arrived_at >= self.since:  # it may be past midnight by now
                self._take(history.interaction, 0, history.events)

    def _take(self, after: Interaction, version: int, events: Iterable[Event]) -> None:
        """Events from `version` on, some of which may be counted already."""
        followed = self._followed.get(after.id)
        if followed is None:
            if version > 0:
                return  # older than our start, and not read yet
            followed = self._followed[after.id] = _Followed()
        for number, event in enumerate(events, version + 1):
            if number == followed.version + 1:
                followed.version = number
                self._follow(followed.follower, event)

    def _follow(self, follower: Follower, event: Event) -> None:
        before = follower.open
        ended = follower.take(event)
        begun = follower.open
        if begun is not None and begun is not before:
            self._of(begun.queue).begin(begun)
            self._tell(begun.queue, quarter_of(begun))
        if ended is not None:
            of_queue = self._of(ended.queue)
            if follower.open is before:
                of_queue.begin(ended)  # turned away: begun and over at once
            of_queue.end(ended, self._target(ended.queue))
            self._tell(ended.queue, quarter_of(ended))

    def _tell(self, queue: str, quarter: float | None = None) -> None:
        self._of(queue).view = None
        self._changed(queue, quarter)

    def _on_catalogue(self, kind: str, entry_id: str) -> None:
        """Another target: the whole day is measured by it, as the report does."""
        if kind == "queue" and entry_id in self._queues:
            self._queues[entry_id].measure(self._target(entry_id))
            self._tell(entry_id)

    def _of(self, queue: str) -> _OfQueue:
        return self._queues.setdefault(queue, _OfQueue())

    def _target(self, queue: str) -> float:
        settings = self._catalogue.find(QueueSettings, queue)
        return settings.target_s if settings is not None else 0.0

    # --- asked -----------------------------------------------------------------------------------

    def counts(self, queue: str) -> f.QueueCounts:
        """Of the day's visits, those not over included."""
        of_queue = self._queues.get(queue, _OfQueue())
        return replace(of_queue.counts, offered=of_queue.counts.offered + of_queue.open)

    def view(self, queue: str) -> QueueDay:
        """Made anew only after a change: it is read far more often."""
        of_queue = self._of(queue)
        if of_queue.view is None:
            of_queue.view = self._view(queue, of_queue)
        return of_queue.view

    def _view(self, queue: str, of_queue: _OfQueue) -> QueueDay:
        counts = self.counts(queue)
        return QueueDay(
            since=time_of(self.since),
            offered=counts.offered,
            answered=counts.answered,
            answered_within=counts.answered_within,
            abandoned=counts.abandoned,
            short_abandoned=counts.short_abandoned,
            overflowed=counts.overflowed,
            failed=counts.failed,
            service_level={formula.name: formula(counts) for formula in f.SERVICE_LEVELS},
            average_speed_of_answer_s=f.SPEED_OF_ANSWER(counts),
        )

    def quarters(self) -> Iterator[tuple[str, float]]:
        """Of every queue the beginnings of those in which somebody came."""
        for queue, of_queue in self._queues.items():
            for begin in of_queue.curve:
                yield queue, begin

    def quarter(self, queue: str, begin: float) -> FloorQuarter | None:
        """None: nobody came in it, this day."""
        of_queue = self._queues.get(queue)
        quarter = None if of_queue is None else of_queue.curve.get(begin)
        if quarter is None:
            return None
        return FloorQuarter.model_validate(
            {
                "queue": queue,
                "from": time_of(begin),
                "offered": quarter.offered,
                "answered": quarter.answered,
                "abandoned": quarter.abandoned,
            }
        )
