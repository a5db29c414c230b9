"""What the middle asks of the outside, as small Protocols: a module per subject, and everybody imports
them from here.

`adapters/memory` has a twin of each but CustomerLeg, of AgentDirectory and Publisher the only one so
far; Store, Catalogue, AuditLog and Customers have one test suite for all. A call of `Medium`, `Flows` or
`Timers` returns at once; what comes of it arrives as a command at the engine.
"""

from controller.ports.agents import AgentDirectory, Phones
from controller.ports.customers import Arrival, Contact, Customers
from controller.ports.flows import CustomerLeg, Flows, GatherSpec, Outlook, Queues, Wish
from controller.ports.medium import Medium
from controller.ports.running import Clock, Ledger, Ports, Published, Publisher, Subscriber, Timers
from controller.ports.saved import (
    AuditLog,
    Catalogue,
    Change,
    Entry,
    InteractionFilter,
    Store,
    Swap,
)
from controller.ports.subjects import Aggregate, AnyCommand, AnyEvent, stream_of

__all__ = [
    "AgentDirectory",
    "Aggregate",
    "AnyCommand",
    "AnyEvent",
    "Arrival",
    "AuditLog",
    "Catalogue",
    "Change",
    "Clock",
    "Contact",
    "CustomerLeg",
    "Customers",
    "Entry",
    "Flows",
    "GatherSpec",
    "InteractionFilter",
    "Ledger",
    "Medium",
    "Outlook",
    "Phones",
    "Ports",
    "Published",
    "Publisher",
    "Queues",
    "Store",
    "Subscriber",
    "Swap",
    "Timers",
    "Wish",
    "stream_of",
]
