"""The words an interaction is told in: where it stands, who is who, how things ended."""

from enum import StrEnum
from operator import attrgetter
from typing import TYPE_CHECKING


class Word(StrEnum):
    """`value` as a plain attribute: an Enum's own is code in Python, and all that is saved asks for it."""

    if not TYPE_CHECKING:
        value = property(attrgetter("_value_"))


class State(Word):
    """Where the customer is. `interaction.TRANSITIONS` says what may happen there, `evolve` where it
    leads; docs/states.md draws both.
    """

    ARRIVED = "arrived"
    DIALLING = "dialling"
    IN_FLOW = "in_flow"
    DIVERTED = "diverted"
    QUEUED = "queued"
    OFFERED = "offered"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    RECONNECTING = "reconnecting"
    ENDED = "ended"


class Outcome(Word):
    HANDLED = "handled"
    ABANDONED = "abandoned"
    OVERFLOWED = "overflowed"
    SELF_SERVED = "self_served"
    FAILED = "failed"


class Direction(Word):
    """Who called whom: the customer us, or an agent the customer."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class LegRole(Word):
    CUSTOMER = "customer"
    AGENT = "agent"
    OUTSIDE = "outside"
    SUPERVISOR = "supervisor"


class Phase(Word):
    """Where one agent's segment is; a segment outlives the customer by its wrap-up.

    Who is CONSULTED talks with the agent who asked him, not with the customer. RECONNECTING: the agent's
    phone is lost, and the customer waits for its return.
    """

    CONNECTING = "connecting"
    TALKING = "talking"
    HELD = "held"
    RECONNECTING = "reconnecting"
    CONSULTED = "consulted"
    WRAP_UP = "wrap_up"
    CLOSED = "closed"


class PhoneState(Word):
    """Whether the switch knows where an agent's phone is. UNKNOWN: nobody can tell, and it may be there."""

    REGISTERED = "registered"
    UNREGISTERED = "unregistered"
    UNKNOWN = "unknown"


class EndedBy(Word):
    """DISMISSED: who was consulted is not needed any more."""

    CUSTOMER = "customer"
    AGENT = "agent"
    LOST = "lost"
    FAILED = "failed"
    TRANSFER = "transfer"
    TAKEN_OVER = "taken_over"
    DISMISSED = "dismissed"


class Party(Word):
    """To whom a customer is transferred, or who is consulted."""

    AGENT = "agent"
    QUEUE = "queue"
    OUTSIDE = "outside"


class ConsultPhase(Word):
    """ASIDE: the agent is back with the customer, and the consulted party waits. JOINED: all three."""

    RINGING = "ringing"
    TALKING = "talking"
    ASIDE = "aside"
    JOINED = "joined"


class MonitorMode(Word):
    """Whom the supervisor speaks to: nobody, the agent, or both. He hears both in each."""

    LISTEN = "listen"
    WHISPER = "whisper"
    BARGE = "barge"


class Overflow(Word):
    """Why a queue does not take a customer, or gives him back."""

    FULL = "full"
    NOBODY = "nobody"
    CLOSED = "closed"
    WAITED = "waited"


class Author(Word):
    """Who wrote a message."""

    CUSTOMER = "customer"
    AGENT = "agent"
    #: Tandem itself: a greeting, the word before an idle chat closes.
    SYSTEM = "system"


class Delivery(Word):
    """How far a message of ours has come. What a channel cannot know it never says."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
