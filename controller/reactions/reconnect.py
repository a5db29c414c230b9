"""The agent's phone is lost in mid-call, and rung again."""

from controller.domain import commands as c
from controller.domain import events as e
from controller.domain.agent import MarkNotResponding
from controller.domain.model import Interaction
from controller.domain.words import LegRole, PhoneState
from controller.ids import new_leg_id
from controller.ports import Ports
from controller.reactions.parts import medium

#: Seconds until a phone is rung once more that is there and did not take its call back.
AGAIN_S = 1.0


def lose_phone(ports: Ports, i: Interaction, event: e.ReconnectStarted) -> None:
    """The customer first; the leg may live on, with nobody there."""
    medium(ports, i).wait(i)
    medium(ports, i).abandon(i, event.leg)
    watch(ports, i)
    rings = i.reconnecting is None or i.reconnecting.leg is not None
    if not rings and _may_be_there(ports, event.agent):
        ports.submit(_ring(i, event.segment_id))


def watch(ports: Ports, i: Interaction) -> None:
    if i.reconnecting is not None:
        segment_id, until = i.reconnecting.segment, i.reconnecting.until
        command = c.ExpireReconnect(interaction_id=i.id, segment_id=segment_id, until=until)
        ports.timers.set(f"reconnect:{segment_id}", until, command)


def ring(ports: Ports, i: Interaction, event: e.ReconnectRung) -> None:
    if event.instead is not None:
        medium(ports, i).drop(i, event.instead, "ORIGINATOR_CANCEL")
    if i.reconnecting is not None and i.reconnecting.leg == event.leg:
        limit_s = i.reconnecting.until - event.at
        medium(ports, i).ring(i, event.agent, event.leg, limit_s, LegRole.AGENT, again=True)


def ring_later(ports: Ports, i: Interaction, event: e.ReconnectUnanswered) -> None:
    """Of a phone that is not registered, its registration will tell."""
    if i.reconnecting is not None and _may_be_there(ports, event.agent):
        at = ports.clock.now() + AGAIN_S
        ports.timers.set(f"ring_again:{event.segment_id}", at, _ring(i, event.segment_id))


def _ring(i: Interaction, segment_id: str) -> c.RingAgain:
    return c.RingAgain(interaction_id=i.id, segment_id=segment_id, leg=new_leg_id())


def _may_be_there(ports: Ports, agent: str) -> bool:
    return ports.phones.state(agent) is not PhoneState.UNREGISTERED


def go_on(ports: Ports, i: Interaction, event: e.ReconnectAnswered) -> None:
    _stop_watching(ports, event.segment_id)
    if event.held:
        medium(ports, i).hold(i, event.leg)
    else:
        medium(ports, i).connect(i, event.leg)


def give_up(ports: Ports, i: Interaction, event: e.ReconnectEnded) -> None:
    """While the link to the switch is down no phone could be rung, and nobody is blamed."""
    _stop_watching(ports, event.segment_id)
    if event.leg is not None:
        medium(ports, i).drop(i, event.leg, "ORIGINATOR_CANCEL")
    if event.lost and medium(ports, i).ready:
        ports.agents.distrust(event.agent)
        reason = "phone lost in a contact"
        ports.submit(MarkNotResponding(agent_id=event.agent, reason=reason))


def _stop_watching(ports: Ports, segment_id: str) -> None:
    ports.timers.cancel(f"reconnect:{segment_id}")
    ports.timers.cancel(f"ring_again:{segment_id}")
