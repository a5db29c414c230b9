"""Interactions, offers and history, as the API shows them."""

from dataclasses import fields
from typing import Any

from pydantic import Field
from pydantic_core import to_jsonable_python

from console.api.schemas.stretches import (
    ConsultView,
    LegView,
    MonitorView,
    PlaceView,
    RecordingView,
    SegmentView,
    VoicemailView,
    consult_view,
    leg_view,
    monitor_view,
    place_view,
    recording_view,
    segment_view,
    voicemail_view,
)
from console.api.schemas.values import Time, View, time_of, time_or_none
from controller.domain.model import Interaction, Why
from controller.domain.words import LegRole, State
from controller.ports import AnyEvent, Outlook

#: Event fields that are times; the API writes every time the same way.
_TIMES = frozenset({"at", "until", "expires_at", "retry_at", "preferred_until"})
_INTERNAL = frozenset({"path"})


class WhyView(View):
    """Why an offer went to this agent."""

    rule: str = Field(examples=["longest_idle"])
    waited_s: float
    eligible: list[str] = Field(description="Agents who could take it, best first (the first 50).")
    passed_over: dict[str, str] = Field(description="Agent to reason (the first 50).")
    eligible_count: int
    passed_over_count: int
    ahead: int = Field(description="Customers of this queue who stood before this one.")
    needs: dict[str, int] = Field(description="The skills needed at that moment, by its ring.")
    slack_s: float | None = Field(
        description="Seconds left of the queue's target; below 0 where it had passed."
    )
    reasons: dict[str, int] = Field(description="Reason to how many were passed over for it.")


class OfferView(View):
    """An interaction put to one agent, still open."""

    id: str
    interaction_id: str
    agent: str
    channel: str = Field(examples=["voice"])
    queue: str
    customer_address: str = Field(description="The customer's number.", examples=["+4930123456"])
    customer_name: str
    made_at: Time
    expires_at: Time
    accept_requested: bool = Field(
        description="Accepted in the console; the leg is being answered."
    )
    why: WhyView


class OfferList(View):
    items: list[OfferView]


class OutlookView(View):
    """What may be expected of a wait; docs/waiting.md has the method."""

    position: int = Field(description="1 is first.")
    waiting: int = Field(description="How many wait in the queue.")
    expected_s: float | None = Field(description="Seconds until an agent; null: nobody serves.")
    handling_s: float = Field(description="Mean seconds a contact of the queue takes an agent.")
    agents: float = Field(description="Agents at work; one who serves n queues counts 1/n.")


def outlook_view(outlook: Outlook) -> OutlookView:
    return OutlookView(
        position=outlook.position,
        waiting=outlook.waiting,
        expected_s=outlook.expected_s,
        handling_s=outlook.handling_s,
        agents=outlook.agents,
    )


class InteractionSummary(View):
    """One customer contact, in a line."""

    id: str
    channel: str
    direction: str = Field(description="inbound, or outbound: an agent called the customer.")
    state: str = Field(
        description="arrived, dialling, in_flow, diverted, queued, offered, connecting, connected, "
        "reconnecting (the agent's phone is lost, and waited for) or ended."
    )
    open: bool = Field(description="False when wrap-up, legs and recordings are done as well.")
    customer_address: str
    customer_name: str
    dialled: str
    arrived_at: Time
    ended_at: Time | None
    outcome: str | None = Field(
        description="handled, abandoned, overflowed, self_served or failed; null until it ends."
    )
    queue: str | None = Field(description="The queue it is in, or was in last.")
    agents: list[str] = Field(description="Agents who have had it, in order.")
    queued_s: float = Field(description="Seconds spent in queues, without the present stay.")


class InteractionView(InteractionSummary):
    """One customer contact, whole."""

    reason: str | None = Field(description="How it ended, in words.")
    flow: str | None
    flow_step: str | None
    place: PlaceView | None = Field(description="While it waits in a queue; null otherwise.")
    outlook: OutlookView | None = Field(description="While it waits in a queue; null otherwise.")
    offers: list[OfferView] = Field(description="Those that are open.")
    segments: list[SegmentView]
    consult: ConsultView | None
    monitors: list[MonitorView] = Field(description="Empty for an agent's token, always.")
    recordings: list[RecordingView]
    voicemails: list[VoicemailView]
    legs: list[LegView]
    version: int | None = Field(
        description="Counts the events of its history; null for an agent's token."
    )


class InteractionList(View):
    items: list[InteractionSummary]
    more: bool = Field(description="There are more; ask again with `since` = the last arrived_at.")


class EventView(View):
    """Something that happened, and when."""

    type: str = Field(examples=["OfferAccepted"])
    at: Time
    data: dict[str, Any] = Field(description="What there is to say about it; depends on the type.")


class EventList(View):
    items: list[EventView]


def queue_of(interaction: Interaction) -> str | None:
    """The queue it is in, else the one its last segment came from."""
    if interaction.place is not None:
        return interaction.place.queue
    return interaction.segments[-1].queue if interaction.segments else None


def waits(interaction: Interaction) -> bool:
    """In a queue, a phone ringing for him or not."""
    return interaction.state in (State.QUEUED, State.OFFERED)


def _why_view(why: Why) -> WhyView:
    return WhyView(
        rule=why.rule,
        waited_s=why.waited_s,
        eligible=list(why.eligible),
        passed_over=dict(why.passed_over),
        eligible_count=why.eligible_count,
        passed_over_count=why.passed_over_count,
        ahead=why.ahead,
        needs=dict(why.needs),
        slack_s=why.slack_s,
        reasons=dict(why.reasons),
    )


def offer_views(interaction: Interaction) -> list[OfferView]:
    """Its open offers; several where a queue rings all."""
    return [
        OfferView(
            id=offer.id,
            interaction_id=interaction.id,
            agent=offer.agent,
            channel=interaction.channel,
            queue=queue_of(interaction) or "",
            customer_address=interaction.address,
            customer_name=interaction.name,
            made_at=time_of(offer.made_at),
            expires_at=time_of(offer.expires_at),
            accept_requested=offer.accept_requested,
            why=_why_view(offer.why),
        )
        for offer in interaction.offers
    ]


def interaction_summary(interaction: Interaction) -> InteractionSummary:
    return InteractionSummary(
        id=interaction.id,
        channel=interaction.channel,
        direction=interaction.direction.value,
        state=interaction.state.value,
        open=not interaction.closed,
        customer_address=interaction.address,
        customer_name=interaction.name,
        dialled=interaction.dialled,
        arrived_at=time_of(interaction.arrived_at),
        ended_at=time_or_none(interaction.ended_at),
        outcome=interaction.outcome.value if interaction.outcome else None,
        queue=queue_of(interaction),
        agents=list(dict.fromkeys(segment.agent for segment in interaction.segments)),
        queued_s=interaction.queued_s,
    )


def interaction_view(
    interaction: Interaction, outlook: Outlook | None = None, *, monitors: bool
) -> InteractionView:
    """`monitors`: with those who listen, and what would tell of them."""
    legs = [leg for leg in interaction.legs if monitors or leg.role is not LegRole.SUPERVISOR]
    return InteractionView(
        **dict(interaction_summary(interaction)),
        reason=interaction.reason,
        flow=interaction.flow.flow if interaction.flow else None,
        flow_step=interaction.flow.step if interaction.flow else None,
        place=place_view(interaction.place) if interaction.place and waits(interaction) else None,
        outlook=None if outlook is None else outlook_view(outlook),
        offers=offer_views(interaction),
        segments=[segment_view(segment) for segment in interaction.segments],
        consult=None if interaction.consult is None else consult_view(interaction.consult),
        monitors=[monitor_view(monitor) for monitor in interaction.monitors if monitors],
        recordings=[recording_view(recording) for recording in interaction.recordings],
        voicemails=[voicemail_view(voicemail) for voicemail in interaction.voicemails],
        legs=[leg_view(leg) for leg in legs],
        version=interaction.version if monitors else None,
    )


def event_view(event: AnyEvent) -> EventView:
    data: dict[str, Any] = {}
    for field in fields(event):
        if field.name in _INTERNAL or field.name in ("at", "interaction_id", "agent_id"):
            continue
        value = getattr(event, field.name)
        data[field.name] = time_or_none(value) if field.name in _TIMES else value
    return EventView(type=type(event).__name__, at=time_of(event.at), data=to_jsonable_python(data))
