"""Until somebody has him: the customer in his flow, in a queue, put through outside, offered."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from controller.domain.commands.command import Command
from controller.domain.model import Place, Terms, Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrive(Command):
    """A customer is here. For voice the interaction has the id of his leg."""

    channel: str
    leg: str
    address: str
    name: str
    dialled: str
    arrived_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StartFlow(Command):
    flow: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeStep(Command):
    """The flow comes to a step. `choice`: the menu key or branch taken to get there."""

    step: str
    verb: str
    spent: int = 0
    choice: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterQueue(Command):
    """`credit_s`: seconds that count as waited already, and `credit_for` why: moved (from another
    queue), transfer or redial. `preferred`: see Place. `position`, `expected_s`: what is foreseen of
    his wait."""

    queue: str
    terms: Terms
    priority: int = 0
    skills: Mapping[str, int] = field(default_factory=dict)
    credit_s: float = 0.0
    credit_for: str | None = None
    preferred: str | None = None
    preferred_until: float | None = None
    position: int | None = None
    expected_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveQueue(Command):
    """The queue gives the customer back. `reason`: one of Overflow."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TellWait(Command):
    """Let the customer hear where he stands. `expected_s`: None, it is not known."""

    position: int
    expected_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnAway(Command):
    """The queue does not take the customer. `to`: the queue that is asked next, None: his flow goes
    on."""

    queue: str
    reason: str
    to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Divert(Command):
    """Put the customer through to an outside number; `leg` is the new leg's id."""

    destination: str
    leg: str
    timeout_s: float = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish(Command):
    """The flow is done with the customer. `failed`: Tandem could not serve him.

    `cause` is told to his side, where the channel has such a thing.
    """

    reason: str
    failed: bool = False
    cause: str = "NORMAL_CLEARING"


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeOffer(Command):
    """Needs a reservation of `units` at the agent, made just before. `place`: what he was matched by; a
    customer who has another place since is not offered."""

    offer_id: str
    agent: str
    leg: str
    why: Why
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prioritise(Command):
    """A supervisor gives who waits another priority. `by`: who he is, here and below."""

    priority: int
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Move(Command):
    """A supervisor has the customer wait in another queue; his time counts there."""

    queue: str
    terms: Terms
    by: str
    priority: int = 0
    skills: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign(Command):
    """A supervisor gives the customer to one agent, who alone may have him for `wait_s`."""

    agent: str
    by: str
    wait_s: float = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptOffer(Command):
    offer_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineOffer(Command):
    offer_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireOffer(Command):
    offer_id: str
