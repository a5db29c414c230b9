"""Arriving and waiting, elsewhere, and the end."""

from controller.domain import commands as c
from controller.domain import events as e
from controller.domain.decide.parts import running_recording
from controller.domain.model import Interaction
from controller.domain.words import Overflow, State
from controller.ports import Ports
from controller.reactions.parts import medium


def welcome(ports: Ports, i: Interaction, event: e.Arrived) -> None:
    medium(ports, i).welcome(i)


def start_flow(ports: Ports, i: Interaction, event: e.FlowStarted) -> None:
    ports.flows.start(i)


def wait(ports: Ports, i: Interaction, event: e.Queued | e.Requeued) -> None:
    medium(ports, i).wait(i)
    watch_wait(ports, i)


def watch_wait(ports: Ports, i: Interaction) -> None:
    """End his wait when it was long enough, and when the queue closes."""
    if i.place is None:
        return
    terms, entered_at = i.place.terms, i.place.entered_at
    if terms.max_wait_s is not None:
        _end_wait(ports, i, entered_at + terms.max_wait_s, Overflow.WAITED)
    # Who comes back from an agent after closing time is served all the same.
    if terms.closes_at is not None and entered_at < terms.closes_at:
        _end_wait(ports, i, terms.closes_at, Overflow.CLOSED)


def _end_wait(ports: Ports, i: Interaction, at: float, reason: Overflow) -> None:
    command = c.LeaveQueue(interaction_id=i.id, reason=reason.value)
    ports.timers.set(f"{reason.value}:{i.id}", at, command)


def stop_watching(ports: Ports, i: Interaction) -> None:
    for reason in (Overflow.WAITED, Overflow.CLOSED):
        ports.timers.cancel(f"{reason.value}:{i.id}")


def tell_wait(ports: Ports, i: Interaction, event: e.WaitTold) -> None:
    medium(ports, i).tell_wait(i, event.position, event.expected_s)


def leave_queue(ports: Ports, i: Interaction, event: e.LeftQueue) -> None:
    stop_watching(ports, i)
    ports.flows.resume(i, event.reason)


def move(ports: Ports, i: Interaction, event: e.Moved) -> None:
    """The limits of the queue he leaves are none of the next one's, which are set with Queued."""
    stop_watching(ports, i)


def divert(ports: Ports, i: Interaction, event: e.Diverted) -> None:
    if i.segments:
        medium(ports, i).wait(i)  # he was with an agent, and hears music until somebody answers
    medium(ports, i).call(i, event.destination, event.leg, event.timeout_s)


def connect_outside(ports: Ports, i: Interaction, event: e.DivertAnswered) -> None:
    medium(ports, i).connect(i, event.leg)


def return_to_flow(ports: Ports, i: Interaction, event: e.DivertFailed) -> None:
    if i.state is State.IN_FLOW:
        ports.flows.resume(i, event.cause)


def end(ports: Ports, i: Interaction, event: e.Ended) -> None:
    stop_watching(ports, i)
    ports.flows.stop(i.id)
    if i.diverted_leg is not None:
        if running_recording(i, i.diverted_leg) is not None:
            medium(ports, i).stop_recording(i, i.diverted_leg)
        medium(ports, i).drop(i, i.diverted_leg, "NORMAL_CLEARING")
    medium(ports, i).end(i, event.cause)
