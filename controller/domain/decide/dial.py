"""An agent calls a customer."""

from controller.domain import commands as c
from controller.domain import events as e


def place_call(command: c.PlaceCall, now: float) -> e.CallPlaced:
    """The first event of an outbound interaction."""
    return e.CallPlaced(
        interaction_id=command.interaction_id,
        at=now,
        channel=command.channel,
        agent=command.agent,
        segment_id=command.segment_id,
        agent_leg=command.agent_leg,
        leg=command.interaction_id,
        address=command.address,
        dialled=command.dialled,
        queue=command.queue,
        terms=command.terms,
    )
