"""Whose a contact is, found beside its way: a subscriber to the news, and what a crash made it miss.

What arrives within a moment is recorded in one transaction, so that calls pay for it once however many they
are. Recording twice changes nothing; at start, all is gone over again that arrived since shortly before the
last one recorded, before anything newer is, so that nothing is ever left out.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

import gevent
import structlog
from gevent.event import Event

from controller.desk.identities import Identities
from controller.domain.events import Arrived, CallPlaced
from controller.domain.model import Interaction
from controller.domain.returning import is_known
from controller.errors import StoreError
from controller.greenlets import spawn
from controller.ports import Arrival, Customers, InteractionFilter, Published

log = structlog.get_logger(__name__)

#: Seconds from the first arrival to the transaction that it shares.
GATHER_S = 0.25
#: Interactions in one transaction: calls wait behind it.
MOST = 100
#: Seconds; news come nearly in the order of arrival, and this is more than nearly.
MARGIN_S = 300.0
_AGAIN_S = 2.0
#: Somebody who asks at once whose a contact is waits so long.
_HURRY_S = 1.0
_LONGEST_NAME = 64
#: Numbers read (some 50 µs each) before the other greenlets get a turn.
_TURN = 20


class Past(Protocol):
    """The part of Store that is read at start."""

    def interactions(self, wanted: InteractionFilter) -> Sequence[Interaction]: ...


class Arrivals:
    """Create, subscribe `notice`, `start`; later `stop`. `again_s`: between tries, the database away."""

    def __init__(
        self,
        *,
        customers: Customers,
        past: Past,
        identities: Identities,
        again_s: float = _AGAIN_S,
    ) -> None:
        self._customers = customers
        self._past = past
        self._identities = identities
        self._again_s = again_s
        self._waiting: list[Arrival] = []
        self._some, self._hurry, self._done = Event(), Event(), Event()
        self._done.set()
        self._writer: gevent.Greenlet | None = None

    def start(self) -> None:
        self._writer = spawn("customer-arrivals", self._work)

    def stop(self) -> None:
        """What cannot be recorded soon is found at the next start."""
        self.flush()
        if self._writer is not None:
            self._writer.kill()

    def notice(self, published: Published) -> None:
        """Never waits."""
        if not any(isinstance(event, Arrived | CallPlaced) for event in published.events):
            return
        assert isinstance(published.after, Interaction)
        arrival = self._arrival(published.after)
        if arrival is not None:
            self._waiting.append(arrival)
            self._done.clear()
            self._some.set()

    def customer_of(self, interaction: Interaction) -> str | None:
        """Merged or not. None: nobody knows whose it is, or not yet."""
        found = self._customers.of_contact(interaction.id)
        if found is None and any(each.interaction_id == interaction.id for each in self._waiting):
            self.flush()
            found = self._customers.of_contact(interaction.id)
        if found is None:  # not recorded yet, as just after a start
            identity = self._identities.of_contact(interaction)
            found = None if identity is None else self._customers.owner(identity)
        return found

    def flush(self) -> None:
        """All that was noticed is recorded, unless the database is away or slow."""
        self._hurry.set()
        self._done.wait(_HURRY_S)
        self._hurry.clear()

    def _work(self) -> None:
        while not self._tried(self._catch_up):
            gevent.sleep(self._again_s)
        while True:
            self._some.wait()
            self._hurry.wait(GATHER_S)
            while self._waiting:
                if not self._tried(self._record_some):
                    gevent.sleep(self._again_s)
            self._some.clear()
            self._done.set()

    def _tried(self, step: Callable[[], None]) -> bool:
        """False: the database is away; try again."""
        try:
            step()
        except StoreError as error:
            log.warning("customers_wait", arrivals=len(self._waiting), problem=str(error))
            return False
        except Exception:
            log.exception("customers_not_found")
        return True

    def _record_some(self) -> None:
        some = self._waiting[:MOST]
        try:
            self._customers.record(some)
        except StoreError:
            raise  # and they stay
        except Exception:
            log.exception("arrivals_not_recorded", arrivals=len(some))
        del self._waiting[: len(some)]

    def _catch_up(self) -> None:
        last = self._customers.last_arrival()
        since = None if last is None else last - MARGIN_S
        size = MOST
        while True:
            page = self._past.interactions(InteractionFilter(since=since, limit=size))
            self._customers.record(self._arrivals(page))
            if len(page) < size:
                return
            # As many at one instant as a page holds: a longer one gets past them.
            size = size * 2 if page[-1].arrived_at == since else MOST
            since = page[-1].arrived_at

    def _arrivals(self, page: Sequence[Interaction]) -> list[Arrival]:
        found = []
        for number, interaction in enumerate(page):
            if number % _TURN == 0:
                gevent.sleep(0)
            arrival = self._arrival(interaction)
            if arrival is not None:
                found.append(arrival)
        return found

    def _arrival(self, interaction: Interaction) -> Arrival | None:
        identity = self._identities.of_contact(interaction)
        if identity is None:
            return None
        return Arrival(
            interaction_id=interaction.id,
            identity=identity,
            arrived_at=interaction.arrived_at,
            name=_name(interaction.name),
        )


def _name(called: str) -> str:
    """What the channel calls him, if it is a name."""
    shown = "".join(char if char.isprintable() else " " for char in called)
    plain = " ".join(shown.split())[:_LONGEST_NAME].strip()
    return plain if is_known(plain) and any(char.isalpha() for char in plain) else ""
