"""What FreeSWITCH says, as values: events, replies to commands, results of background jobs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import orjson

from controller.adapters.esl.frames import Frame
from controller.errors import CommandRefused, ProtocolError

_REFUSALS = ("-ERR", "-USAGE")

#: How each event of FreeSWITCH begins: JSON without a space.
_START = b'{"Event-Name":"'

_QUOTE = ord('"')

_decode = json.JSONDecoder(strict=False).raw_decode


class _Needles(dict[str, bytes]):
    """Name of a header -> the bytes before its value. Only names that code asks for come in here."""

    def __missing__(self, name: str) -> bytes:
        needle = self[name] = f'"{name}":'.encode()
        return needle


_needles = _Needles()


@dataclass(frozen=True, slots=True)
class SwitchEvent:
    """One event. Making one costs nothing; of 150 headers the ten that are asked for are looked up in
    the bytes as they came, which takes less than a tenth of parsing them all.

    A quote within a value is escaped, so `"Name":` is found where the name stands and nowhere else.
    Where a name came twice, the first one counts, as FreeSWITCH itself reads it.
    """

    raw: bytes = field(repr=False)

    @classmethod
    def from_json(cls, body: bytes) -> "SwitchEvent":
        """Of a text/event-json body; bytes that are not UTF-8 become U+FFFD in what is read.

        What begins as FreeSWITCH's events do is not checked further. Raises ProtocolError when
        anything else is no JSON object.
        """
        if not (body.startswith(_START) and body.endswith(b"}")):
            body = _as_switch_writes(body)
        return cls(body)

    def get(self, name: str, default: str = "") -> str:
        """The header as one text: the first item of an array, `default` when it is missing."""
        raw, needle = self.raw, _needles[name]
        at = raw.find(needle)
        if at < 0:
            return default
        at += len(needle)
        if raw[at] == _QUOTE:
            value = raw[at + 1 : raw.find(b'"', at + 1)]
            if b"\\" not in value:
                return value.decode("utf-8", "replace")
        return _read(raw[at:], default)

    def variable(self, name: str, default: str = "") -> str:
        """A channel variable. Some events carry none: STATE, CALLSTATE, OUTGOING, DTMF."""
        return self.get("variable_" + name, default)

    @property
    def name(self) -> str:
        """Such as CHANNEL_ANSWER; CUSTOM events differ by `subclass`."""
        return self.get("Event-Name")

    @property
    def subclass(self) -> str:
        return self.get("Event-Subclass")

    @property
    def uuid(self) -> str:
        """The leg's uuid; empty for events that are about no leg."""
        return self.get("Unique-ID")

    @property
    def core_uuid(self) -> str:
        """Chosen by FreeSWITCH at each start: another one means it was restarted."""
        return self.get("Core-UUID")

    @property
    def sequence(self) -> int:
        """Rises by one per event of the switch, ours or not; 0 when missing."""
        return _integer(self.get("Event-Sequence"))

    @property
    def timestamp(self) -> float:
        """When the switch made the event: seconds since the epoch by its clock; 0.0 if missing."""
        return _integer(self.get("Event-Date-Timestamp")) / 1_000_000

    @property
    def body(self) -> str:
        return self.get("_body")

    def __repr__(self) -> str:
        # Headers hold names and numbers of people: they stay out of logs and traces.
        return f"<SwitchEvent {self.name} {self.subclass} {self.uuid} #{self.sequence}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandReply:
    """The answer to one command: Reply-Text of a command/reply, or an api/response's body."""

    text: str
    headers: Mapping[str, str] = field(repr=False)

    @classmethod
    def from_frame(cls, frame: Frame) -> "CommandReply":
        if frame.content_type == "api/response":
            text = frame.body.decode("utf-8", "replace")
        else:
            text = frame.headers.get("Reply-Text", "")
        return cls(text=text, headers=frame.headers)

    @property
    def refused(self) -> bool:
        return is_refusal(self.text)

    def require(self, command: str) -> str:
        """The text; raises CommandRefused, naming `command`, when it is a refusal."""
        if self.refused:
            raise CommandRefused(self.text, command)
        return self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class JobResult:
    """What became of one bgapi command."""

    job_uuid: str
    command: str
    body: str = field(repr=False)

    @classmethod
    def from_event(cls, event: SwitchEvent) -> "JobResult":
        return cls(
            job_uuid=event.get("Job-UUID"), command=event.get("Job-Command"), body=event.body
        )

    def require(self) -> str:
        """The body; raises CommandRefused when it is a refusal."""
        if is_refusal(self.body):
            raise CommandRefused(self.body, self.command)
        return self.body


def is_refusal(text: str) -> bool:
    """Does FreeSWITCH say no? Wrong usage is answered `-USAGE: ...`, all else `-ERR ...`."""
    return text.startswith(_REFUSALS)


def _as_switch_writes(body: bytes) -> bytes:
    try:
        headers = orjson.loads(body.decode("utf-8", "replace"))
    except orjson.JSONDecodeError as error:
        raise ProtocolError(f"an event that is not JSON: {error}") from None
    if type(headers) is not dict:
        raise ProtocolError("an event that is not a JSON object")
    return orjson.dumps(headers)


def _read(rest: bytes, default: str) -> str:
    """The value at the beginning of `rest`, whatever it is. Raises ProtocolError."""
    try:
        value, _ = _decode(rest.decode("utf-8", "replace"))
    except ValueError as error:
        raise ProtocolError(f"an event that is not JSON: {error}") from None
    if isinstance(value, list):
        value = value[0] if value else None
    return default if value is None else str(value)


def _integer(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0
