"""The plain facts of a leg: who calls whom, when what happened, what it was told to do."""

import enum
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from controller.lab.events import Headers


class Wake(enum.Enum):
    """Why a wait of a leg ended."""

    ELAPSED = "the time is over"
    BROKEN = "uuid_break"
    KEY = "a key was pressed"
    READY = "what it waited for is there"
    MISSING = "there was nothing to play"
    GONE = "the leg hung up or has something else to do"


class Keys(enum.Enum):
    """What a wait does with the keys that are pressed meanwhile."""

    KEEP = "leave them for later"
    ANNOUNCE = "take them and fire DTMF"
    RETURN = "end the wait; the application takes them"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A `sendmsg` for a leg."""

    command: str
    app: str = ""
    arg: str = ""
    app_uuid: str = ""
    lock: bool = False
    loops: int = 1
    cause: str = ""


@dataclass(slots=True, kw_only=True)
class Party:
    """Who calls whom, as the Caller-* headers say it."""

    name: str = ""
    number: str = ""
    destination: str = ""
    callee_name: str = ""
    callee_number: str = ""
    context: str = "default"
    network_address: str = "127.0.0.1"


@dataclass(slots=True)
class Times:
    """Moments of a leg in microseconds since the epoch; 0 when it did not happen."""

    created: int = 0
    answered: int = 0
    progress: int = 0
    progress_media: int = 0
    bridged: int = 0
    hangup: int = 0
    transfer: int = 0
    held: int = 0


def microseconds() -> int:
    return time.time_ns() // 1000


@dataclass(slots=True)
class Extension:
    """The applications a leg still has to run, in order."""

    steps: deque[tuple[str, str]] = field(default_factory=deque)


def channel_headers(
    variables: Mapping[str, str],
    *,
    states: tuple[str, str, str, str | None],
    name: str,
    uuid: str,
    direction: str,
) -> Headers:
    """The headers that say which leg it is; `states`: its own, the call's, the answer's, the cause."""
    state, callstate, answer_state, cause = states
    headers = {
        "Channel-State": state,
        "Channel-Call-State": callstate,
        "Channel-Name": name,
        "Unique-ID": uuid,
        "Call-Direction": direction,
        "Presence-Call-Direction": direction,
        "Channel-Call-UUID": variables["call_uuid"],
    }
    if "presence_id" in variables:
        headers["Channel-Presence-ID"] = variables["presence_id"]
    if "presence_data" in variables:
        headers["Channel-Presence-Data"] = variables["presence_data"]
    headers["Answer-State"] = answer_state
    if cause is not None:
        headers["Hangup-Cause"] = cause
    return headers


def party_headers(prefix: str, who: tuple[str, str, str], *, party: Party, times: Times) -> Headers:
    """The headers that say who is who: `prefix` is `Caller` or `Other-Leg`; `who` is the leg's uuid,
    the channel's name and its direction."""
    uuid, name, direction = who
    return {
        f"{prefix}-Direction": direction,
        f"{prefix}-Username": party.number,
        f"{prefix}-Dialplan": "XML",
        f"{prefix}-Caller-ID-Name": party.name,
        f"{prefix}-Caller-ID-Number": party.number,
        f"{prefix}-Orig-Caller-ID-Name": party.name,
        f"{prefix}-Orig-Caller-ID-Number": party.number,
        f"{prefix}-Callee-ID-Name": party.callee_name,
        f"{prefix}-Callee-ID-Number": party.callee_number,
        f"{prefix}-Network-Addr": party.network_address,
        f"{prefix}-ANI": party.number,
        f"{prefix}-Destination-Number": party.destination,
        f"{prefix}-Unique-ID": uuid,
        f"{prefix}-Source": "mod_sofia",
        f"{prefix}-Context": party.context,
        f"{prefix}-Channel-Name": name,
        f"{prefix}-Profile-Index": "1",
        f"{prefix}-Profile-Created-Time": str(times.created),
        f"{prefix}-Channel-Created-Time": str(times.created),
        f"{prefix}-Channel-Answered-Time": str(times.answered),
        f"{prefix}-Channel-Progress-Time": str(times.progress),
        f"{prefix}-Channel-Progress-Media-Time": str(times.progress_media),
        f"{prefix}-Channel-Hangup-Time": str(times.hangup),
        f"{prefix}-Channel-Transfer-Time": str(times.transfer),
        f"{prefix}-Channel-Bridged-Time": str(times.bridged),
        f"{prefix}-Channel-Last-Hold": str(times.held),
    }


def cdr_variables(times: Times, cause: str) -> dict[str, str]:
    """The variables that a leg has once it hung up."""
    spoken = times.hangup - times.answered if times.answered else 0
    variables = {
        "hangup_cause": cause,
        "duration": str((times.hangup - times.created) // 1_000_000),
        "billsec": str(spoken // 1_000_000),
    }
    for word, moment in (
        ("start", times.created),
        ("answer", times.answered),
        ("bridge", times.bridged),
        ("end", times.hangup),
    ):
        variables[f"{word}_epoch"] = str(moment // 1_000_000)
        variables[f"{word}_uepoch"] = str(moment)
    return variables
