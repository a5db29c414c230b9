"""The values an interaction is made of. Frozen: only `evolve` makes the next one.

All times are seconds since the epoch, UTC. All ids are opaque strings. A module per subject; everybody
imports them from here.
"""

from controller.domain.model.interaction import Interaction
from controller.domain.model.messages import (
    Envelope,
    File,
    Location,
    Message,
    Option,
    Part,
    QuickReplies,
    Rich,
    Text,
    Thread,
)
from controller.domain.model.records import Leg, Pause, Recording, Voicemail
from controller.domain.model.together import Consult, Monitor, Reconnecting, Segment
from controller.domain.model.waiting import (
    FlowMark,
    GivenBack,
    Offer,
    Place,
    Refusal,
    Telling,
    Terms,
    Why,
)

__all__ = [
    "Consult",
    "Envelope",
    "File",
    "FlowMark",
    "GivenBack",
    "Interaction",
    "Leg",
    "Location",
    "Message",
    "Monitor",
    "Offer",
    "Option",
    "Part",
    "Pause",
    "Place",
    "QuickReplies",
    "Reconnecting",
    "Recording",
    "Refusal",
    "Rich",
    "Segment",
    "Telling",
    "Terms",
    "Text",
    "Thread",
    "Voicemail",
    "Why",
]
