r"""What we say to FreeSWITCH, built so that no value can become another command.

A command is one line, sometimes headers, sometimes a body; it ends at an empty line. So a
newline in a value would be a new header or a new command: `Command.encode` refuses it.

Inside a line, FreeSWITCH's own splitting must be survived (`switch_separate_string`). It reads
`\\`, `\'`, `\n`, `\r`, `\t`, `\s` (a space) and an escaped delimiter, at every level of
splitting: once for uuid_setvar_multi, three times for originate's `{name=value}`. We escape as
many times. What no escape can carry (see `carriable`) is refused: strip text of people first.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypedDict

from controller.errors import UnsafeCommand

#: The longest argument of an application, in characters, that is sent as a header.
INLINE = 40

MAX_VARIABLES = 64  # more and uuid_setvar_multi would run the rest into the last value

_WORD = re.compile(r"[A-Za-z0-9_.:-]+")
_UUID = re.compile(r"[A-Za-z0-9_.:@+-]{1,128}")
_EVENT_NAME = re.compile(r"[A-Z_]+")
_ENDPOINT = re.compile(r"[A-Za-z]\w*/[\w.+\-@:;=/*#~%?&!]*")
_AS_IT_IS = re.compile(r"(?!ARRAY::)\S([^\r\n\0]*\S)?")
_LINE_BREAKERS = re.compile(r"[\r\n\0]")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_EXPANSION = re.compile(r"\$\\*\{")
_SCOPE = re.compile(r"%.?\[")
_UNCARRIABLE = re.compile(r"[{}\0\ud800-\udfff]|\$(?=\\*\{)|:_:|mod_event_socket|^%.?\[", re.I)
_TO_ESCAPE = {
    delimiter: re.compile(rf"[\\'\n\r\t {delimiter}]") for delimiter in ("", ",", ";", "=")
}
_ESCAPES = {"\\": r"\\", "'": r"\'", "\n": r"\n", "\r": r"\r", "\t": r"\t", " ": r"\s"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command before it is bytes: a line, headers in order, and a body where it takes one."""

    line: str
    headers: tuple[tuple[str, str], ...] = ()
    body: str | None = None

    @property
    def label(self) -> str:
        """Its first two words: enough for a log, and free of what people said or dialled."""
        first, _, rest = self.line.partition(" ")
        return first if first in ("auth", "sendmsg") else f"{first} {rest.split(' ')[0]}".strip()

    def encode(self) -> bytes:
        """The bytes to send. Raises UnsafeCommand for a value that would break out of its place."""
        lines = [_checked_line(self.line, self.label)]
        lines += [f"{name}: {_checked_line(value, name)}" for name, value in self.headers]
        if self.body is None:
            return _utf8("\n".join(lines)) + b"\n\n"
        if "\0" in self.body:
            raise UnsafeCommand(f"{self.label}: its body holds a NUL, which ends a text there")
        body = _utf8(self.body)
        lines += ["content-type: text/plain", f"content-length: {len(body)}"]
        return _utf8("\n".join(lines)) + b"\n\n" + body


def api(name: str, args: str = "") -> Command:
    """`api name args`: runs on the connection, which says nothing else until it is done."""
    return Command(line=f"api {_api_line(name, args)}")


def bgapi(name: str, args: str, job_uuid: str) -> Command:
    """`bgapi name args`: answered at once; the result is a BACKGROUND_JOB with our `job_uuid`."""
    headers = (("Job-UUID", _matching(_UUID, job_uuid, "job uuid")),)
    return Command(line=f"bgapi {_api_line(name, args)}", headers=headers)


def send_event(name: str, headers: Mapping[str, str]) -> Command:
    """`sendevent NAME` with these headers."""
    checked = tuple((_matching(_WORD, key, "header"), value) for key, value in headers.items())
    return Command(line=f"sendevent {_matching(_EVENT_NAME, name, 'event name')}", headers=checked)


class ExecuteOptions(TypedDict, total=False):
    """What `execute` can be told beside what to run; the same names and defaults as there."""

    event_lock: bool
    loops: int | None
    expand: bool


def execute(
    uuid: str,
    app: str,
    arg: str = "",
    *,
    event_uuid: str | None = None,
    event_lock: bool = True,
    loops: int | None = None,
    expand: bool = False,
) -> Command:
    """Run a dialplan application on a leg; its CHANNEL_EXECUTE_COMPLETE carries `event_uuid`, or, without
    one, what FreeSWITCH makes up.

    `event_lock` makes it wait for the application that is running, instead of nesting in it.
    FreeSWITCH expands `${...}` in `arg`, functions included, so that is refused unless
    `expand` says the text is ours. An application unknown to the switch hangs the leg up.
    """
    if not expand and (_EXPANSION.search(arg) or _SCOPE.match(arg)):
        raise UnsafeCommand(
            f"{app}: the argument holds ${{...}} or begins with %[, which FreeSWITCH would "
            "evaluate; strip it with carriable(), or pass expand=True for text of our own"
        )
    # A short one stands in a header: a body needs two of its own, and the switch reads them one byte a turn.
    inline = len(arg) <= INLINE and _AS_IT_IS.fullmatch(arg)
    headers = [
        ("call-command", "execute"),
        ("execute-app-name", _matching(_WORD, app, "application")),
    ]
    if event_uuid is not None:
        headers.append(("Event-UUID", _matching(_UUID, event_uuid, "event uuid")))
    if event_lock:
        headers.append(("event-lock", "true"))
    if loops is not None:
        headers.append(("loops", str(loops)))
    if inline:
        headers.append(("execute-app-arg", arg))
    line = f"sendmsg {_matching(_UUID, uuid, 'leg uuid')}"
    return Command(line=line, headers=tuple(headers), body=None if inline else arg or None)


def subscribe(names: Iterable[str], subclasses: Iterable[str] = ()) -> Command:
    """`event json ...` for event names, and CUSTOM events by subclass."""
    words = [_matching(_EVENT_NAME, name, "event name") for name in names if name != "CUSTOM"]
    custom = [_matching(_WORD, name, "event subclass") for name in subclasses]
    if custom:
        words += ["CUSTOM", *custom]  # every word after CUSTOM is a subclass, so it comes last
    if not words:
        raise UnsafeCommand("a subscription to nothing; name at least one event")
    return Command(line=f"event json {' '.join(words)}")


def unsubscribe(name: str) -> Command:
    """`nixevent` for one event name."""
    return Command(line=f"nixevent {_matching(_EVENT_NAME, name, 'event name')}")


def setvars(uuid: str, variables: Mapping[str, str]) -> str:
    """`uuid_setvar_multi ...`, an api line; an empty value unsets. At most 64 at once."""
    if not 0 < len(variables) <= MAX_VARIABLES:
        raise UnsafeCommand(f"{len(variables)} variables at once; 1 to {MAX_VARIABLES} can be set")
    pairs = (
        f"{_matching(_WORD, name, 'variable')}={_escaped(_expandless(name, value), ';')}"
        for name, value in variables.items()
    )
    return f"uuid_setvar_multi {_matching(_UUID, uuid, 'leg uuid')} {';'.join(pairs)}"


def originate(
    endpoint: str,
    variables: Mapping[str, str],
    app: str = "park",
    argument: str = "",
    *,
    caller: tuple[str, str] = ("", ""),
    limit_s: int = 60,
) -> str:
    """`originate {name=value,...}endpoint &app(argument) ...`, an api line for bgapi.

    `endpoint` is one dial string, such as `user/1001@example.org` or `sofia/gateway/g/100`. `caller`, name
    and number, is what the phone shows; `limit_s` is how long it may ring, in seconds. Both stand at the end
    of the line, which is shorter so than with variables: the switch reads it one byte a turn of its loop.
    """
    if re.search(r"[()\s'\\]|\$\{", argument):
        raise UnsafeCommand(f"&{app}(...): no space, quote, bracket or ${{...}} fits in there")
    _matching(_ENDPOINT, endpoint, "dial string")
    if ":_:" in endpoint:
        raise UnsafeCommand("a dial string with :_:, which would be several")
    block = originate_variables(variables)
    target = f"&{_matching(_WORD, app, 'application')}" + f"({argument})" * bool(argument)
    name, number = (_escaped(_expandless("caller", word), "") or "undef" for word in caller)
    # Between the two: a dialplan and a context, which an application has no use for.
    return f"originate {block}{endpoint} {target} - - {name} {number} {limit_s}"


def originate_variables(variables: Mapping[str, str]) -> str:
    """`{name=value,...}` as it must stand in an originate line; empty for no variables."""
    pairs = []
    for name, value in variables.items():
        if re.search(r"[{}]|:_:", value):
            raise UnsafeCommand(
                f"variable {name}: an originate can carry no braces and no ':_:'; "
                "strip them with carriable() or set it later with setvars()"
            )
        inner = _escaped(_expandless(name, value), "=")
        pairs.append(_escaped(f"{_matching(_WORD, name, 'variable')}={inner}", ","))
    return "{" + _escaped(",".join(pairs), "") + "}" if pairs else ""


def carriable(text: str, limit: int = 200) -> str:
    """`text` of anybody, cut down to what every builder here takes and FreeSWITCH never evaluates.

    Runs of control characters become one space; braces, `$` before one, `:_:`, a leading `%[`
    and the name of the event socket's module (which turns any command into its reload) go.
    """
    text = _CONTROLS.sub(" ", text).strip()
    while (stripped := _UNCARRIABLE.sub("", text).strip()) != text:
        text = stripped
    return text[:limit].rstrip()


def _escaped(text: str, delimiter: str) -> str:
    return _TO_ESCAPE[delimiter].sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    return _ESCAPES.get(found[0]) or f"\\{found[0]}"


def _expandless(name: str, value: str) -> str:
    if _EXPANSION.search(value):
        raise UnsafeCommand(
            f"variable {name}: FreeSWITCH refuses values with ${{...}}; strip them with carriable()"
        )
    return value


def _api_line(name: str, args: str) -> str:
    return f"{_matching(_WORD, name, 'api command')} {args}".rstrip(" ")


def _matching(pattern: re.Pattern[str], text: str, what: str) -> str:
    if not pattern.fullmatch(text):
        raise UnsafeCommand(f"not a possible {what}: {text[:64]!r}")
    return text


def _checked_line(text: str, where: str) -> str:
    if _LINE_BREAKERS.search(text):
        raise UnsafeCommand(f"{where}: a line break or NUL inside; strip it with carriable()")
    if "mod_event_socket" in text.lower():
        raise UnsafeCommand(f"{where}: FreeSWITCH takes any line naming that module as its reload")
    return text


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise UnsafeCommand("a lone surrogate, which is no character; strip it first") from None
