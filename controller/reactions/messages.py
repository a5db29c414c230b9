"""What is written reaches the customer, and what he writes is answered in time."""

from controller.domain import commands as c
from controller.domain import events as e
from controller.domain.messages import message_of
from controller.domain.model import Interaction
from controller.domain.words import State
from controller.ports import Ports
from controller.reactions.parts import medium


def write(ports: Ports, i: Interaction, event: e.MessageWritten) -> None:
    medium(ports, i).write(i, message_of(event))
    watch_answer(ports, i)


def watch(ports: Ports, i: Interaction, event: e.Event) -> None:
    """He wrote, somebody else has him now, or nobody."""
    watch_answer(ports, i)


def watch_answer(ports: Ports, i: Interaction) -> None:
    """Take the customer from an agent who leaves him without a word, once that is long enough."""
    key = f"answer:{i.id}"
    segment, answer_s = i.segment, None if i.place is None else i.place.terms.answer_s
    since = None if i.thread is None else i.thread.unanswered_since
    if i.state is not State.CONNECTED or segment is None or answer_s is None or since is None:
        ports.timers.cancel(key)
        return
    begun = max(since, segment.connected_at or since)
    command = c.ReturnUnanswered(interaction_id=i.id, segment_id=segment.id, since=since)
    ports.timers.set(key, begun + answer_s, command)
