"""Tells who waits where he stands, at the times his place has it. Sleeps until the next is due."""

from collections.abc import Callable, Iterable
from heapq import heappop, heappush

import structlog
from gevent.event import Event

from controller.domain.agent import Agent
from controller.domain.commands import TellWait
from controller.domain.model import Interaction, Place
from controller.domain.words import State
from controller.errors import TandemError
from controller.greenlets import spawn
from controller.ports import AnyCommand, Clock, Published
from controller.waiting.forecast import Forecast

log = structlog.get_logger(__name__)

Submit = Callable[[AnyCommand, Callable[[TandemError], None]], None]


class Announcer:
    """Subscribe `notice` to the publisher, then `start`. One who is being offered hears nothing new."""

    def __init__(self, *, forecast: Forecast, clock: Clock, submit: Submit) -> None:
        self._forecast = forecast
        self._clock = clock
        self._submit = submit
        self._due: dict[str, float] = {}
        self._asked: dict[str, float] = {}
        self._heap: list[tuple[float, str]] = []
        self._wake = Event()
        self._stopping = False

    def start(self, waiting: Iterable[Interaction]) -> None:
        """Begin, with those who were waiting before a restart."""
        for interaction in waiting:
            self._put(interaction)
        spawn("announcer", self._run)

    def stop(self) -> None:
        self._stopping = True
        self._wake.set()

    def notice(self, published: Published) -> None:
        if not isinstance(published.after, Agent):
            self._put(published.after)

    def look(self) -> None:
        """See what is due now."""
        self._wake.set()

    def _put(self, interaction: Interaction) -> None:
        place = interaction.place if interaction.state is State.QUEUED else None
        if place is None or place.terms.telling is None:
            self._due.pop(interaction.id, None)
            if place is None:
                self._asked.pop(interaction.id, None)
            return
        due = _next_due(place)
        asked = self._asked.get(interaction.id)
        if asked is not None:  # and the news of it is still to come
            due = max(due, asked + place.terms.telling.every_s)
        self._arm(interaction.id, due)

    def _arm(self, interaction_id: str, due: float) -> None:
        if self._due.get(interaction_id) != due:
            self._due[interaction_id] = due
            heappush(self._heap, (due, interaction_id))
            self._wake.set()

    def _run(self) -> None:
        while True:
            self._wake.wait(timeout=self._until_next())
            self._wake.clear()
            if self._stopping:
                return
            try:
                self._tell_due()
            except Exception:
                log.exception("announcer_failed")

    def _until_next(self) -> float | None:
        return max(0.0, self._heap[0][0] - self._clock.now()) if self._heap else None

    def _tell_due(self) -> None:
        while self._heap and self._heap[0][0] <= self._clock.now():
            due, interaction_id = heappop(self._heap)
            if self._due.get(interaction_id) == due:
                del self._due[interaction_id]
                self._tell(interaction_id)

    def _tell(self, interaction_id: str) -> None:
        outlook = self._forecast.waiting(interaction_id)
        if outlook is None:
            return
        command = TellWait(
            interaction_id=interaction_id,
            position=outlook.position,
            expected_s=outlook.expected_s,
        )
        self._asked[interaction_id] = self._clock.now()
        # An offer came between: he has better to hope for. If it comes to nothing, the news says so.
        self._submit(command, lambda error: log.debug("wait_not_told", why=str(error)))


def _next_due(place: Place) -> float:
    telling = place.terms.telling
    assert telling is not None
    if place.told_at is not None:
        return place.told_at + telling.every_s
    return place.entered_at + telling.first_s
