"""What a contact takes of an agent, and what is promised its customer, by channel.

Voice has the queue's own settings, a written contact these.
"""

from collections.abc import Mapping
from dataclasses import dataclass

VOICE = "voice"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelTerms:
    """`units`: of an agent's 100. `target_s`: seconds until an agent should have it. `answer_s`: an agent who
    has it and writes nothing for so long loses it to another; None: he may take his time."""

    units: int
    target_s: float
    answer_s: float | None = None


#: Of a channel that nobody has named here.
WRITTEN = ChannelTerms(units=30, target_s=60.0, answer_s=30.0)

DEFAULTS: Mapping[str, ChannelTerms] = {
    "chat": ChannelTerms(units=30, target_s=15.0, answer_s=30.0),
    "email": ChannelTerms(units=20, target_s=86_400.0),
}
