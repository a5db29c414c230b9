"""A supervisor listens, whispers, barges in, takes over."""

from controller.domain import commands as c
from controller.domain import events as e
from controller.domain.decide.parts import (
    Events,
    dismiss,
    end_segment,
    monitor_ended,
    open_segment,
    refuse_known_leg,
)
from controller.domain.model import Interaction, Monitor
from controller.domain.words import EndedBy
from controller.errors import CommandOutdated, IllegalCommand, say


def start_monitor(i: Interaction, command: c.StartMonitor, now: float) -> Events:
    segment = open_segment(i, command.segment_id)
    refuse_known_leg(i, command.leg)
    if any(m.supervisor == command.supervisor for m in i.monitors):
        raise CommandOutdated(
            say(
                "listens_already",
                "{supervisor} listens to this contact already",
                supervisor=command.supervisor,
            )
        )
    if any(s.agent == command.supervisor and s.closed_at is None for s in i.segments):
        raise IllegalCommand(
            say(
                "supervisor_at_contact",
                "{supervisor} is at this contact himself",
                supervisor=command.supervisor,
            )
        )
    yield e.MonitorStarted(
        interaction_id=i.id,
        at=now,
        monitor_id=command.monitor_id,
        segment_id=segment.id,
        supervisor=command.supervisor,
        leg=command.leg,
        mode=command.mode,
    )


def change_monitor(i: Interaction, command: c.ChangeMonitor, now: float) -> Events:
    monitor = _monitor(i, command.monitor_id)
    if monitor.mode is not command.mode:
        yield e.MonitorChanged(
            interaction_id=i.id, at=now, monitor_id=monitor.id, mode=command.mode
        )


def stop_monitor(i: Interaction, command: c.StopMonitor, now: float) -> Events:
    yield monitor_ended(i, _monitor(i, command.monitor_id), "stopped", now)


def take_over(i: Interaction, command: c.TakeOver, now: float) -> Events:
    monitor = _monitor(i, command.monitor_id)
    segment = open_segment(i, monitor.segment)
    if not monitor.listening:
        raise IllegalCommand(
            say(
                "supervisor_phone_rings", "the supervisor's phone has not answered yet; wait for it"
            )
        )
    if i.consult is not None:
        yield from dismiss(i, i.consult, "taken over", now)
    yield monitor_ended(i, monitor, "took over", now, keep=True)
    yield e.HandedOver(
        interaction_id=i.id,
        at=now,
        leg=monitor.leg,
        agent=monitor.supervisor,
        segment_id=monitor.id,
    )
    yield from end_segment(i, segment, EndedBy.TAKEN_OVER, now, but=monitor.id)


def _monitor(i: Interaction, monitor_id: str) -> Monitor:
    monitor = i.find_monitor(monitor_id)
    if monitor is None:
        raise CommandOutdated(say("monitor_over", "monitor {monitor} is over", monitor=monitor_id))
    return monitor
