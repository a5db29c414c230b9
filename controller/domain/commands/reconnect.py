"""An agent's phone is lost in mid-call."""

from dataclasses import dataclass

from controller.domain.commands.command import Command


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconnect(Command):
    """The agent's phone is back and has lost its call: let the old leg go and ring there anew, as `leg`.

    Asked again within decide.reconnect.ONCE_S it is the same wish; `anew`: not so, for it is another phone.
    """

    segment_id: str
    leg: str
    anew: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RingAgain(Command):
    """Ring the lost phone, unless it rings."""

    segment_id: str
    leg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireReconnect(Command):
    """The phone has had its time. `until`: the limit that has passed."""

    segment_id: str
    until: float
