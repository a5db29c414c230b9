"""Stop 5: the map of the system. One table from event to what is done about it.

A reaction calls ports and returns at once (the manifest alone waits, for the disk). Whatever comes of
it (answered, timed out, hung up) returns as a command at stop 1; a reaction never waits for it and
never changes state. An event without a row asks for nothing.
"""

from controller.domain import events as e
from controller.domain.agent import Agent, ApplyPending, StatusChanged, StatusPending
from controller.domain.model import Interaction
from controller.domain.words import Party, Phase, State
from controller.ports import Aggregate, AnyEvent, Ports
from controller.reactions import messages, offers, others, reconnect, talk, waiting
from controller.reactions.parts import Reaction, take_units

REACTIONS: dict[type[e.Event], tuple[Reaction, ...]] = {
    e.Arrived: (waiting.welcome,),
    e.Queued: (waiting.wait,),
    e.Requeued: (waiting.wait,),
    e.WaitTold: (waiting.tell_wait,),
    e.LeftQueue: (waiting.leave_queue,),
    e.Moved: (waiting.move,),
    e.Diverted: (waiting.divert,),
    e.DivertAnswered: (waiting.connect_outside,),
    e.DivertConnected: (talk.record_outside,),
    e.DivertFailed: (waiting.return_to_flow,),
    e.Offered: (offers.ring,),
    e.AcceptRequested: (offers.pick_up,),
    e.OfferAccepted: (offers.begin_segment,),
    e.OfferDeclined: (offers.distrust_phone, offers.close_offer),
    e.OfferExpired: (offers.distrust_phone, offers.close_offer),
    e.OfferWithdrawn: (offers.close_offer,),
    e.CallPlaced: (talk.ring_caller,),
    e.CustomerDialled: (talk.dial_customer,),
    e.CustomerReached: (talk.connect_customer,),
    e.Connected: (talk.record, messages.watch),
    e.MessageReceived: (messages.watch,),
    e.MessageWritten: (messages.write,),
    e.Held: (talk.hold,),
    e.Resumed: (talk.resume,),
    e.ReconnectStarted: (reconnect.lose_phone,),
    e.ReconnectRung: (reconnect.ring,),
    e.ReconnectUnanswered: (reconnect.ring_later,),
    e.ReconnectAnswered: (reconnect.go_on,),
    e.ReconnectEnded: (reconnect.give_up,),
    e.ConsultStarted: (others.ring_consulted,),
    e.ConsultAnswered: (others.consult,),
    e.ConsultSwapped: (others.swap,),
    e.ConsultJoined: (others.join,),
    e.ConsultEnded: (others.end_consult,),
    e.HandedOver: (others.hand_over,),
    e.MonitorStarted: (others.ring_supervisor,),
    e.MonitorAnswered: (others.listen,),
    e.MonitorChanged: (others.set_mode,),
    e.MonitorEnded: (others.end_monitor,),
    e.SegmentEnded: (talk.end_segment, messages.watch),
    e.WrapUpStarted: (talk.start_wrap_up,),
    e.WrapUpExtended: (talk.extend_wrap_up,),
    e.SegmentClosed: (talk.close_segment,),
    e.LegAnswered: (others.ring_for_line,),
    e.LegUnwanted: (talk.drop_unwanted,),
    e.RecordingStarted: (talk.stop_late_recording,),
    e.RecordingPauseAsked: (talk.pause_recording,),
    e.RecordingResumeAsked: (talk.resume_recording,),
    e.RecordingStopped: (talk.write_manifest,),
    e.RecordingFailed: (talk.write_manifest,),
    e.Ended: (waiting.end,),
}


#: What begins beside the save, for it does nothing outside before its own first command is saved.
EARLY: dict[type[e.Event], Reaction] = {e.FlowStarted: waiting.start_flow}

#: What is done about these is not urgent.
_PATIENT = frozenset({e.Arrived})


def begin(ports: Ports, after: Aggregate, event: AnyEvent) -> None:
    """Do what need not wait for the event's save."""
    if isinstance(after, Interaction) and isinstance(event, e.Event) and type(event) in EARLY:
        EARLY[type(event)](ports, after, event)


def react(ports: Ports, after: Aggregate, event: AnyEvent) -> None:
    """Do what the table says about one event. Agents have no table: a new status is declared."""
    if isinstance(after, Agent):
        if isinstance(event, StatusChanged | StatusPending):
            ports.agents.declare(after)
        return
    if isinstance(event, e.Event):
        for reaction in REACTIONS.get(type(event), ()):
            reaction(ports, after, event)


def awaited(event: AnyEvent) -> bool:
    """Whether anything may be done upon its save that should not come later."""
    if isinstance(event, e.Event):
        return type(event) in REACTIONS and type(event) not in _PATIENT
    return isinstance(event, StatusChanged | StatusPending)


def restore_agent(ports: Ports, agent: Agent) -> None:
    """After a restart, and after all interactions: what an agent waited for may have ended as the last
    process did, and then the status that he asked for comes now."""
    candidate = ports.agents.candidate(agent.id)
    if agent.pending is not None and (candidate is None or not candidate.holds):
        ports.submit(ApplyPending(agent_id=agent.id))


def restore(ports: Ports, i: Interaction) -> None:
    """After a restart: take up again what lives only in memory, units and timers."""
    for offer in i.offers:
        take_units(ports, i, offer.agent, offer.units, "offered a contact")
        offers.watch(ports, i, offer.id, offer.expires_at)
    for segment in i.segments:
        if segment.phase is not Phase.CLOSED:
            in_wrap_up = segment.phase is Phase.WRAP_UP
            busy_with = "in wrap-up" if in_wrap_up else "on a contact"
            take_units(ports, i, segment.agent, segment.units, busy_with)
            talk.watch_wrap_up(ports, i, segment)
    if i.consult is not None and i.consult.kind is Party.AGENT:
        take_units(ports, i, i.consult.party, i.consult.units, "in a consult")
    reconnect.watch(ports, i)
    messages.watch_answer(ports, i)
    for monitor in i.monitors:
        others.hold_supervisor(ports.agents, i, monitor.supervisor)
    if i.state in (State.QUEUED, State.OFFERED):
        waiting.watch_wait(ports, i)
