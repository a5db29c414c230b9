"""How much of one mail is taken, and the words for what was left out, or refused."""

from dataclasses import dataclass

from controller.domain.words import Word
from controller.errors import PeerFault

MB = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Sizes in bytes if nothing else is said. Over a limit of the whole mail it is refused; over one of a
    part, the part is cut or left out with a remark."""

    mail: int = 50 * MB
    header: int = MB // 2  # of the mail itself
    part_header: int = 64_000
    header_fields: int = 1_000
    subject: int = 1_000  # characters
    parts: int = 200
    depth: int = 20
    text: int = 1 * MB  # of all texts together, before they are decoded
    attachment: int = 30 * MB  # decoded
    recipients: int = 500  # of To and of Cc each
    references: int = 100
    html_tags: int = 50_000
    html_depth: int = 60


class Refusal(Word):
    """Why a mail is not read at all."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    HEADER_TOO_LARGE = "header_too_large"
    TOO_MANY_PARTS = "too_many_parts"
    TOO_DEEP = "too_deep"
    BOUNDARY_BOMB = "boundary_bomb"
    NO_SENDER = "no_sender"
    SEVERAL_SENDERS = "several_senders"


class MailRefused(PeerFault):
    """This mail is not read, now or later. `detail`: what was found, in words; no personal datum in it."""

    def __init__(self, code: Refusal, detail: str) -> None:
        self.code = code
        self.detail = detail
        super().__init__(f"mail refused ({code.value}): {detail}")

    def __reduce__(self) -> tuple[type["MailRefused"], tuple[Refusal, str]]:
        return type(self), (self.code, self.detail)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What was broken, left out or cut in a mail that was read.

    `code` is stable; docs/email.md lists them.
    """

    code: str
    words: str


class Problems:
    """Collects remarks while one mail is read: each code with the same words once, at most `MOST`."""

    MOST = 100

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], None] = {}

    def add(self, code: str, words: str) -> None:
        if len(self._found) < self.MOST:
            self._found[code, words] = None

    def found(self) -> tuple[Problem, ...]:
        return tuple(Problem(code=code, words=words) for code, words in self._found)
