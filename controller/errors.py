# ruff: noqa: N818 - the names say what happened; a suffix would not add to that
"""Every error Tandem raises on purpose. A message says what happened and what to do.

TandemError
├── OurFault                 our code, configuration or caller asked for something wrong
├── PeerFault                somebody we talk to failed, refused or broke the protocol
├── IllegalCommand           (ours) not possible in the state things are in
│   └── CommandOutdated      (ours) it was possible a moment ago; look again
├── NotFound                 (ours) no such thing; the message names it
├── Invalid                  (ours) a value that cannot be; the message says what can
├── PromptUnavailable        (peer) what makes prompts failed; the call goes on without
├── StoreError               anything about the database
│   ├── StoreUnavailable     (peer) no database now; nothing was saved
│   └── StaleVersion         (peer) somebody else saved first; load again
└── SwitchError              anything about FreeSWITCH; each is also one of the two above
    ├── LinkLost             (peer) the connection went away, or is not there
    ├── CommandTimeout       (peer) no answer in time; it may or may not have been carried out
    ├── CommandRefused       (peer) FreeSWITCH answered -ERR
    ├── AccessRefused        (ours) our address is not on the switch's list
    ├── WrongPassword        (ours) the event socket's password differs
    ├── LegGone              (peer) the leg hung up before what we asked was done
    ├── ProtocolError        (peer) bytes that are not the event socket's protocol
    └── UnsafeCommand        (ours) text that cannot be carried to the switch unchanged

HTTP status codes are no business of this file; `console/api` maps classes to codes.
"""

from collections.abc import Mapping


class Said(str):
    """A sentence in English that other languages can be made of: `code` names it and stays, `params` are
    the values in it. Everywhere else it is the plain text."""

    code: str
    params: Mapping[str, str | float]  # a value may be a Said, too


def say(code: str, text: str, /, **params: str | float) -> Said:
    """`text` has the names of `params` in braces. Code and text are written out where this is called:
    `scripts/types` reads them there, and the page has each in its languages."""
    said = Said(text.format(**params))
    said.code, said.params = code, params
    return said


def said_in(error: BaseException) -> str:
    """What the error was raised with; a Said stays one."""
    first = error.args[0] if error.args else None
    return first if isinstance(first, Said) else str(error)


class TandemError(Exception):
    """The root. Catch it only at the edges (a face, a greenlet's end)."""


class OurFault(TandemError):
    """Retrying the same request cannot help; something on our side must change."""


class PeerFault(TandemError):
    """The same request may succeed later, or against another peer."""


class IllegalCommand(OurFault):
    """The transition table does not know this command in this state. Nothing changed."""


class CommandOutdated(IllegalCommand):
    """The offer or segment it names is over. Nothing changed; look at the present state."""


class NotFound(OurFault):
    """There is no such interaction, agent, queue or the like."""


class Invalid(OurFault):
    """A setting or argument that makes no sense; the message says what would."""


class PromptUnavailable(PeerFault):
    """A prompt cannot be made. `remedy` says what to do. `ours`: it is not for what was asked, but for
    our disk or the like."""

    def __init__(self, error: str, remedy: str, *, ours: bool = False) -> None:
        self.error = error
        self.remedy = remedy
        self.ours = ours
        super().__init__(f"{error}. {remedy}")

    def __reduce__(self) -> tuple[type["PromptUnavailable"], tuple[str, str]]:
        return type(self), (self.error, self.remedy)


class StoreError(TandemError):
    """Anything that goes wrong between Tandem and its database."""


class StoreUnavailable(StoreError, PeerFault):
    """The database does not answer. Nothing of the change was saved."""


class StaleVersion(StoreError, PeerFault):
    """Another process saved this stream first. Nothing of the change was saved."""

    def __init__(self, stream: str) -> None:
        self.stream = stream
        super().__init__(f"{stream} was changed by another process")

    def __reduce__(self) -> tuple[type["StaleVersion"], tuple[str]]:
        return type(self), (self.stream,)


class SwitchError(TandemError):
    """Anything that goes wrong between Tandem and a FreeSWITCH."""


class LinkLost(SwitchError, PeerFault):
    """No connection to the switch. Whether the last command was carried out is unknown."""


class CommandTimeout(SwitchError, PeerFault):
    """The switch did not answer in time. Whether the command was carried out is unknown."""


class CommandRefused(SwitchError, PeerFault):
    """The switch answered `-ERR ...`; `reply` is its text without the line's end."""

    def __init__(self, reply: str, command: str = "") -> None:
        self.reply = reply.strip()
        self.command = command
        super().__init__(f"FreeSWITCH refused {command or 'a command'}: {self.reply}")

    def __reduce__(self) -> tuple[type["CommandRefused"], tuple[str, str]]:
        return type(self), (self.reply, self.command)


class AccessRefused(SwitchError, OurFault):
    """The switch's access list does not contain our address."""


class WrongPassword(SwitchError, OurFault):
    """The switch does not accept the configured event socket password."""


class LegGone(SwitchError, PeerFault):
    """The leg hung up first; `cause` is FreeSWITCH's hangup cause."""

    def __init__(self, uuid: str, cause: str = "") -> None:
        self.uuid = uuid
        self.cause = cause
        super().__init__(f"leg {uuid} hung up ({cause or 'cause unknown'})")

    def __reduce__(self) -> tuple[type["LegGone"], tuple[str, str]]:
        return type(self), (self.uuid, self.cause)


class ProtocolError(SwitchError, PeerFault):
    """The peer sent bytes that are not the event socket's protocol."""


class UnsafeCommand(SwitchError, OurFault):
    """A value that the switch's syntax cannot carry unchanged; change or leave out the value."""
