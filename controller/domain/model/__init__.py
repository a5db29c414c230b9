"""The values an interaction is made of. Frozen: only `evolve` makes the next one.

All times are seconds since the epoch, UTC. All ids are opaque strings. A module per subject; everybody
imports them from here.
"""

from controller.domain.model.interaction import Interaction
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
    "FlowMark",
    "GivenBack",
    "Interaction",
    "Leg",
    "Monitor",
    "Offer",
    "Pause",
    "Place",
    "Reconnecting",
    "Recording",
    "Refusal",
    "Segment",
    "Telling",
    "Terms",
    "Voicemail",
    "Why",
]
