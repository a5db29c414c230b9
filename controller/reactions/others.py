"""Others come in: consults, and supervisors who listen."""

from controller.domain import commands as c
from controller.domain import events as e
from controller.domain.model import Consult, Interaction
from controller.domain.words import LegRole, Party
from controller.ports import AgentDirectory, Ports
from controller.reactions.parts import medium, release, take_units

#: How long a consulted party's phone, or the supervisor's own, may ring.
CONSULT_S = 30.0
SUPERVISOR_S = 30.0


def ring_consulted(ports: Ports, i: Interaction, event: e.ConsultStarted) -> None:
    """The party, or first the line on which the agent's phone asks: it has dialled, and is answered."""
    if event.line is not None:
        medium(ports, i).ring(i, event.agent, event.line, CONSULT_S, LegRole.AGENT)
    elif i.consult is not None:
        _ring_party(ports, i, i.consult)


def ring_for_line(ports: Ports, i: Interaction, event: e.LegAnswered) -> None:
    if i.consult is not None and i.consult.line == event.leg:
        _ring_party(ports, i, i.consult)


def _ring_party(ports: Ports, i: Interaction, asked: Consult) -> None:
    if asked.kind is Party.OUTSIDE:
        medium(ports, i).call(i, asked.party, asked.leg, CONSULT_S)
    elif ports.agents.reserve(asked.party, i.id, asked.units, i.channel):
        medium(ports, i).ring(i, asked.party, asked.leg, CONSULT_S, LegRole.AGENT)
    else:
        reason = f"agent {asked.party} is not free"
        ports.submit(c.FailConsult(interaction_id=i.id, consult_id=asked.id, reason=reason))
        return
    if i.segment is not None:
        medium(ports, i).ringback(i, asked.line or i.segment.leg)


def consult(ports: Ports, i: Interaction, event: e.ConsultAnswered) -> None:
    if i.consult is None or i.segment is None:
        return
    if i.consult.kind is Party.AGENT:
        take_units(ports, i, i.consult.party, i.consult.units, "in a consult")
    medium(ports, i).consult(i, i.consult.line or i.segment.leg, event.leg)


def swap(ports: Ports, i: Interaction, event: e.ConsultSwapped) -> None:
    """The customer's part, hold or connect, was asked for by Held or Resumed just before."""
    if i.consult is None or i.segment is None:
        return
    if event.aside:
        medium(ports, i).set_aside(i, i.consult.leg)
    else:
        medium(ports, i).consult(i, i.segment.leg, i.consult.leg)


def join(ports: Ports, i: Interaction, event: e.ConsultJoined) -> None:
    if i.consult is not None and i.segment is not None:
        medium(ports, i).join(i, i.segment.leg, i.consult.leg)


def end_consult(ports: Ports, i: Interaction, event: e.ConsultEnded) -> None:
    if event.keep:
        return
    medium(ports, i).drop(i, event.leg, "NORMAL_CLEARING")
    if event.line is not None:
        medium(ports, i).drop(i, event.line, "NORMAL_CLEARING")
    # Who had answered has a segment, whose end gives his units back.
    if event.kind is Party.AGENT and i.find_segment(event.consult_id) is None:
        release(ports, event.party, i)


def hand_over(ports: Ports, i: Interaction, event: e.HandedOver) -> None:
    if event.agent is not None and i.segment is not None:
        take_units(ports, i, event.agent, i.segment.units, "on a contact")
    medium(ports, i).connect(i, event.leg)
    if event.line is not None:
        medium(ports, i).let_go(i, event.line)


# --- supervisors -----------------------------------------------------------------------------------


def hold_supervisor(agents: AgentDirectory, i: Interaction, supervisor: str) -> None:
    """Nothing is offered to him meanwhile. Agents read the reason, and are not to learn of it."""
    if i.place is not None:
        units = i.place.terms.units
        agents.hold_units(supervisor, i.id, units, "on other work", i.channel)


def ring_supervisor(ports: Ports, i: Interaction, event: e.MonitorStarted) -> None:
    candidate = ports.agents.candidate(event.supervisor)
    if candidate is not None and candidate.holds - {i.id}:
        # Since he asked, something was offered to him, or he has begun a call.
        ports.submit(
            c.NoteLegEnded(interaction_id=i.id, leg=event.leg, cause="USER_BUSY", at=event.at)
        )
        return
    hold_supervisor(ports.agents, i, event.supervisor)
    medium(ports, i).ring(i, event.supervisor, event.leg, SUPERVISOR_S, LegRole.SUPERVISOR)


def listen(ports: Ports, i: Interaction, event: e.MonitorAnswered) -> None:
    monitor = i.find_monitor(event.monitor_id)
    segment = None if monitor is None else i.find_segment(monitor.segment)
    if monitor is not None and segment is not None:
        medium(ports, i).listen(i, segment.leg, monitor.leg, monitor.mode)


def set_mode(ports: Ports, i: Interaction, event: e.MonitorChanged) -> None:
    monitor = i.find_monitor(event.monitor_id)
    if monitor is not None and monitor.listening:
        medium(ports, i).set_mode(i, monitor.leg, event.mode)


def end_monitor(ports: Ports, i: Interaction, event: e.MonitorEnded) -> None:
    if not event.keep:
        medium(ports, i).drop(i, event.leg, "NORMAL_CLEARING")
        release(ports, event.supervisor, i)
