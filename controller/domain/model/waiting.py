"""A customer's place in his flow and in a queue, on whose terms, and his offers."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What he is told as he waits: `position`, `wait` or both, `first_s` after he joined and every
    `every_s` from then on. `language`: as his flow has it.
    """

    position: bool
    wait: bool
    first_s: float
    every_s: float
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a queue promised when the customer joined it; later edits of the queue change no one's wait.

    `rings`: (seconds waited, requirement), by time; from then on the requirement replaces the place's
    skills, and an empty one lets anyone of the queue. `wrap_up_extension_s`: how much longer than
    `wrap_up_s` an agent may make his wrap-up.

    `reconnect_s`: how long the phone in an agent's page may be away in mid-call; 0: not at all. `answer_s`: a
    customer who wrote, and whose agent writes nothing for so long, goes to another; None: he does not.

    He is given back after `max_wait_s` in the queue, at `closes_at`, and when nobody of the queue has
    been signed in for `nobody_s`. `overflow`: reason of that to the queue that has him then.
    """

    strategy: str = "longest_idle"
    target_s: float = 30.0
    rings: tuple[tuple[float, Mapping[str, int]], ...] = ()
    offer_s: float = 20.0
    retry_after_s: float = 15.0
    wrap_up_s: float = 30.0
    wrap_up_extension_s: float = 0.0
    disposition_required: bool = False
    reconnect_s: float = 20.0
    units: int = 100
    record: bool = True
    announce_recording: bool = False
    music: str | None = None
    max_wait_s: float | None = None
    nobody_s: float | None = None
    closes_at: float | None = None
    overflow: Mapping[str, str] = field(default_factory=dict)
    telling: Telling | None = None
    answer_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in a queue. `since` counts for the order and survives every return to the queue.

    `entered_at` is when the customer last joined; `front` puts a returned customer before all others.
    `preferred`: the agent who alone may have him from `preferred_since` until `preferred_until`, in the
    queue or not.
    `told_at`: when he last heard how long it may take. `overflowed_from`: the queues that he overflowed
    from on his way to this one; none of them has him again before his flow or an agent says so.
    """

    queue: str
    since: float
    entered_at: float
    priority: int = 0
    skills: Mapping[str, int] = field(default_factory=dict)
    front: bool = False
    preferred: str | None = None
    preferred_since: float = 0.0
    preferred_until: float | None = None
    told_at: float | None = None
    overflowed_from: tuple[str, ...] = ()
    terms: Terms = field(default_factory=Terms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """The stored reason of one offer: by which rule, out of whom, and who was passed over for what.

    `eligible` lists agent ids, best first; `passed_over` maps an agent id to the reason. Both are cut
    to the first `routing.WHY_LIMIT`; the counts, and `reasons` (reason to how many agents), are whole.
    `needs`: the requirement at that moment; `slack_s`: seconds left of the queue's target, below 0 where
    it had passed; `ahead`: how many of his queue stood before him and could not be served by anybody.
    """

    rule: str
    waited_s: float
    eligible: tuple[str, ...] = ()
    passed_over: Mapping[str, str] = field(default_factory=dict)
    eligible_count: int = 0
    passed_over_count: int = 0
    ahead: int = 0
    needs: Mapping[str, int] = field(default_factory=dict)
    slack_s: float | None = None
    reasons: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The interaction put to one agent. There are some in State.OFFERED only; several by ring_all."""

    id: str
    agent: str
    leg: str
    units: int
    made_at: float
    expires_at: float
    why: Why
    accept_requested: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An agent who had the offer and is not asked again before `until`."""

    agent: str
    until: float
    since: float = 0.0

    def holds(self, now: float) -> bool:
        """Not before it began either: a clock that was put back must not make it longer than it is."""
        return self.since <= now < self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenBack:
    """Why a queue or an outside number gave the customer back to his flow, which has not gone on yet.

    `to`: the queue that is to have him instead, with his place there counted from `since`.
    `overflowed_from`: as in Place, this queue included.
    """

    reason: str
    waited_s: float = 0.0
    to: str | None = None
    since: float | None = None
    overflowed_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowMark:
    """Where in a flow the customer is: enough to go on there after a crash.

    `spent`: steps since he last did something; a flow that goes in circles ends by it. `given_back`:
    the step is done, and this is what came of it; otherwise the step is begun again.
    """

    flow: str
    step: str | None = None
    spent: int = 0
    variables: Mapping[str, str] = field(default_factory=dict)
    given_back: GivenBack | None = None
