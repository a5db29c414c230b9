"""What holds, whatever was done and whatever went wrong."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from controller.domain import events as e
from controller.domain.model import Interaction
from controller.domain.words import Direction, Outcome, Phase, State
from controller.ports import Published
from controller.reports.cdr import interaction_row, leg_rows, offer_rows
from tests.storms.world import AGENTS, NUMBERS, World

#: Seconds in which the distributor may not know yet who has come, in a process that is busy.
NEWS_S = 0.5


def holders(i: Interaction) -> set[str]:
    """The agents of whom it takes units. Who is asked in a consult may yet turn out not to be free, and
    a supervisor not to be."""
    found = {s.agent for s in i.segments if s.phase is not Phase.CLOSED}
    return found | {offer.agent for offer in i.offers}


class Watch:
    """Looks at all news of a story. `broken`: what was wrong; `compared`: how many of those who waited
    longer than a moment were compared with one who was offered."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._waiting: dict[str, float] = {}
        self.broken: list[str] = []
        self.compared = 0
        world.watch(self)

    def __call__(self, published: Published) -> None:
        self._capacity()
        after = published.after
        assert isinstance(after, Interaction)
        for event in published.events:
            if isinstance(event, e.Offered):
                self._order(event)
        if after.state is not State.QUEUED:
            self._waiting.pop(after.id, None)
        elif after.id not in self._waiting or _turned(published):
            self._waiting[after.id] = time.time()

    def _capacity(self) -> None:
        at = Counter(agent for i in self._world.live() for agent in holders(i))
        for agent in AGENTS:
            candidate = self._world.tandem.agents.candidate(agent)
            if at[agent] > 1 or (candidate is not None and candidate.free < 0):
                self.broken.append(f"{agent} is at {at[agent]} contacts, {candidate}")

    def _order(self, offered: e.Offered) -> None:
        """Of those who wait, and whom he could take, the one with the earliest deadline comes first."""
        live = {i.id: i for i in self._world.live()}
        mine = live.get(offered.interaction_id)
        if mine is None or mine.place is None:
            return
        candidate = self._world.tandem.agents.candidate(offered.agent)
        for other_id, since in self._waiting.items():
            other = live.get(other_id)
            if other is None or other_id == mine.id or other.state is not State.QUEUED:
                continue
            place, asked = other.place, offered.at
            assert place is not None and candidate is not None
            kept = place.preferred_until is not None and asked < place.preferred_until + NEWS_S
            refused = any(r.agent == offered.agent for r in other.refusals)
            if (
                since > asked - NEWS_S
                or place.queue not in candidate.queues
                or kept
                or refused
                or offered.agent in holders(other)
            ):
                continue
            self.compared += 1
            if _rank(other) < _rank(mine):
                self.broken.append(f"{mine.id} was offered before {other_id}, who waits {since}")


def _turned(published: Published) -> bool:
    """His wait began anew: another queue, another place in it, or the front of this one."""
    anew = e.Queued | e.Requeued | e.Prioritised | e.Assigned
    return any(isinstance(event, anew) for event in published.events)


def _rank(i: Interaction) -> tuple[bool, float]:
    """As docs/routing.md says it: returned customers first, then the earliest deadline."""
    place = i.place
    assert place is not None
    return not place.front, place.since + place.terms.target_s - 60.0 * place.priority


def broken_at_rest(world: World, *, faults: bool) -> list[str]:
    """What the store says of each interaction of the story."""
    found = [f"{key[:8]}: {what}" for key in world.told for what in _wrong_with(world, key)]
    if not faults:
        known = {i.leg for i in world.told.values()}
        found += [f"{call.uuid[:8]}: nobody" for call in world.calls if call.uuid not in known]
        found += [
            f"{i.id[:8]}: failed, {i.reason}"
            for i in world.told.values()
            if i.outcome is Outcome.FAILED and i.direction is Direction.INBOUND
        ]
    return found


def _wrong_with(world: World, key: str) -> list[str]:
    i, history = world.tandem.store.interaction(key), world.history(key)
    if i is None:
        return ["not saved"]
    ends = [event for event in history if isinstance(event, e.Ended)]
    checks = {
        f"{len(ends)} ends": len(ends) == 1,
        "no outcome": i.outcome is not None and bool(i.reason) and i.ended_at is not None,
        "not closed": i.closed and i.state is State.ENDED,
        "somebody left": not (i.offers or i.monitors or i.consult),
        "a leg without end": all(leg.ended_at and leg.cause for leg in i.legs),
        "a recording without end": all(r.ended_at is not None for r in i.recordings),
        f"lost: {i.reason}": not _lost(world, i),
    }
    wrong = [what for what, holds in checks.items() if not holds]
    row = interaction_row(i, history)
    needed = ["arrived_at", "ended_at", "outcome", "reason", "duration_s"]
    needed += ["hangup_cause"] if i.find_leg(i.leg) is not None else []  # he was never dialled
    wrong += [f"CDR without {name}" for name in needed if getattr(row, name) in (None, "")]
    wrong += ["CDR of an offer without result" for o in offer_rows(history) if o.result is None]
    wrong += ["CDR of a leg without cause" for leg in leg_rows(i) if not leg.cause]
    return wrong


def _lost(world: World, i: Interaction) -> bool:
    """Whether the record says that he hung up, and he did not."""
    drops = NUMBERS.get(i.address) == "drops"
    return i.reason == "customer hung up" and i.leg not in world.gone and not drops


def alarms(log: Sequence[Mapping[str, Any]]) -> list[str]:
    """Exceptions that were caught and logged: what goes wrong outside must have a name inside."""
    return [str(entry) for entry in log if entry.get("exc_info")]
