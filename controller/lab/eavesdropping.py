"""`eavesdrop` and `three_way`: a leg that hangs on another one and hears what that one says and hears.

Who hears the listener is its mode: `0` nobody, `1` who the other leg talks to, `2` the other leg,
`3` both. The ear follows the other leg from bridge to bridge and ends with it, or when the listener
has something else to do; `uuid_break` does not end it.
"""

from collections.abc import Mapping

from controller.lab.channel import Leg
from controller.lab.core import Core, Ear
from controller.lab.facts import Keys, Wake

MODES = ("0", "1", "2", "3")


def eavesdrop(core: Core, leg: Leg, arg: str) -> str:
    whisper = 2 * leg.truth("eavesdrop_whisper_bleg") + leg.truth("eavesdrop_whisper_aleg")
    silent_keys = leg.variables.get("eavesdrop_enable_dtmf", "true") == "false"
    _listen(core, leg, arg, str(whisper), keys=not silent_keys)
    return ""


def three_way(core: Core, leg: Leg, arg: str) -> str:
    _listen(core, leg, arg, "3", keys=False)
    return ""


def _listen(core: Core, leg: Leg, arg: str, mode: str, *, keys: bool) -> None:
    agent = core.find(arg.strip())
    if agent is None or agent is leg:
        return
    ear = Ear(agent=agent, listener=leg, mode=mode)
    core.ears.append(ear)
    agent.emit("MEDIA_BUG_START", _told(agent))
    taken = Keys.RETURN if keys else Keys.ANNOUNCE
    while True:
        ended = leg.wait(None, keys=taken, until=lambda: ear not in core.ears)
        if ended in (Wake.GONE, Wake.READY):
            break
        if ended is Wake.KEY:
            switch(ear, leg.take_key())
    _close(core, ear)


def switch(ear: Ear, mode: str) -> None:
    """Let others hear the listener; what is no mode changes nothing."""
    if mode in MODES:
        ear.mode = mode


def command(core: Core, leg: Leg, headers: Mapping[str, str]) -> None:
    """`sendevent COMMAND` with the leg's uuid and `eavesdrop-command`."""
    for ear in core.ears:
        if ear.listener is leg:
            switch(ear, headers.get("Eavesdrop-Command", ""))


def stop_all(core: Core, leg: Leg) -> None:
    """The leg has hung up: who hung on it is let go."""
    for ear in tuple(core.ears):
        if ear.agent is leg:
            _close(core, ear)
            ear.listener.prod()


def _close(core: Core, ear: Ear) -> None:
    if ear in core.ears:
        core.ears.remove(ear)
        ear.agent.emit("MEDIA_BUG_STOP", _told(ear.agent))


def hearers(core: Core, speaker: Leg) -> set[str]:
    """The uuids of the legs that hear what `speaker` says now."""
    heard = {speaker.other.uuid} if speaker.other and not speaker.held else set()
    for ear in core.ears:
        partner = ear.agent.other
        if ear.listener is speaker:
            heard |= {ear.agent.uuid} if ear.mode in "23" and _hears(ear.agent) else set()
            heard |= {partner.uuid} if ear.mode in "13" and partner else set()
        elif speaker in (ear.agent, partner):
            heard.add(ear.listener.uuid)
    return heard


def _hears(leg: Leg) -> bool:
    """Nothing reaches a leg that is parked with nothing playing: no frames flow."""
    return leg.other is not None or leg.broadcasts > 0


def _told(agent: Leg) -> dict[str, str]:
    return {"Media-Bug-Function": "eavesdrop", "Media-Bug-Target": agent.uuid}
