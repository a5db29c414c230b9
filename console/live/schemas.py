"""What the live feed sends, beside the views of the API: entities, messages, answers.

`scripts/types` makes the page's types of them.
"""

from typing import Any, Literal

from pydantic import Field

from console.api.schemas.agents import AgentView
from console.api.schemas.directory import DirectoryQueueView, DirectoryReasonView
from console.api.schemas.interactions import InteractionSummary, InteractionView
from console.api.schemas.values import Time, View
from console.wording import Worded

# --- entities ------------------------------------------------------------------------------------


class DeskInteraction(InteractionView):
    """A contact that its agent has to do with now. `outlook` is null here: it says nothing to him."""

    my_segment: str | None = Field(
        description="His latest segment in it; null while it is offered."
    )


class LiveQueueView(DirectoryQueueView):
    """A queue, as everybody may know it."""

    waiting: int = Field(description="How many wait, those whom a phone rings for included.")


class LiveReasonView(DirectoryReasonView):
    """A reason of a status, to choose from."""

    order: int = Field(description="The lowest comes first; then by id.")


class AgentCounts(View):
    """Agents by what they do: at a contact (offers and holds included), in wrap-up, else by status."""

    available: int
    on_break: int
    not_responding: int
    busy: int
    wrap_up: int
    offline: int


class FloorQuarter(View):
    """What became of those who came to the queue within a quarter of an hour: one of the day's curve."""

    queue: str
    since: Time = Field(alias="from", description="When it began.")
    offered: int
    answered: int
    abandoned: int


class QueueDay(View):
    """A queue's day in the formulas of the reports, over the contacts that arrived since midnight."""

    since: Time = Field(description="Midnight in the centre's time zone.")
    offered: int
    answered: int
    answered_within: int = Field(description="Within the queue's target.")
    abandoned: int
    short_abandoned: int
    overflowed: int
    failed: int
    service_level: dict[str, float | None] = Field(
        description="Formula's name to its value, from 0 to 1; null where it has no meaning yet."
    )
    average_speed_of_answer_s: float | None


class FloorQueue(View):
    """A queue, as those see it who watch over it."""

    id: str
    name: str
    target_s: float
    waiting: int = Field(description="How many wait, those whom a phone rings for included.")
    longest_since: Time | None = Field(description="When he who waits longest joined.")
    expected_s: float | None = Field(
        description="What one who joined now would wait; null: nobody serves."
    )
    agents: AgentCounts
    open: int = Field(
        description="Contacts that are in it, or were in it last, and not yet closed."
    )
    today: QueueDay


class FloorAgent(AgentView):
    """An agent, and what he is at."""

    load: Literal["free", "offered", "on_contact", "held", "wrap_up"]
    load_since: Time | None
    interactions: list[str] = Field(description="Those he is at that the reader may see.")


class FloorInteraction(InteractionSummary):
    """A live contact."""

    agent: str | None = Field(description="Who has it, is offered it, or wraps it up.")
    phase: str | None = Field(description="Of that agent's segment.")
    since: Time = Field(description="When what it is in now began.")
    priority: int
    recording: bool = Field(description="It is being recorded, and that does not pause.")
    monitors: int = Field(description="How many supervisors are with it.")


class FloorCentre(View):
    """All that the reader may see, counted."""

    waiting: int
    live: int
    agents: AgentCounts


class SetupKind(View):
    """A kind of the set-up."""

    version: str = Field(description="Another one: something of it has changed; read it again.")


# --- messages ------------------------------------------------------------------------------------


class OpenMessage(View):
    """`open`, from the client. Its answer: Opened or Refused."""

    feed: str


class CloseMessage(View):
    """`close`, from the client. Its answer: Done or Refused."""

    feed: str


class PhoneMessage(View):
    """`phone`, from the client. Its answer: PhoneAnswer or Refused."""

    tab: str
    take: bool


class Opened(View):
    ok: Literal[True]
    feed: str
    epoch: str = Field(description="Another one: the server has begun anew, and so must the page.")
    number: int
    now: float = Field(description="The server's clock, epoch seconds.")
    entities: dict[str, Any]


class Done(View):
    ok: Literal[True]


class Refused(Worded, View):
    ok: Literal[False]
    status: int = Field(description="As the API's status codes.")
    detail: str


class PhoneAnswer(View):
    ok: Literal[True]
    holder: str | None = Field(description="The tab that is the account's phone.")


class Push(View):
    """`push`, to the client. `number` is the former one and 1."""

    feed: str
    epoch: str
    number: int
    now: float
    put: dict[str, Any]
    drop: list[str]


class EndedMessage(Worded, View):
    """`ended`, to the client: no more of this feed; with null, of anything."""

    feed: str | None
    status: int
    detail: str


class PhoneHolder(View):
    """`phone`, to the client: which tab of the account is the phone now."""

    holder: str | None
