"""Which mail of ours a bounce is about, and whom it could not reach."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from webchat_bridge.email import addresses, marks
from webchat_bridge.email.marks import Ours

_SEARCHED = 200_000
_MOST = 100
_FIELD_ADDRESS = re.compile(
    r"^(?:final|original)-recipient\s*:[^;\n]{0,40};\s*<?([^\s<>\n]{3,320})",
    re.IGNORECASE | re.MULTILINE,
)
_ACTION = re.compile(r"^action\s*:\s*([a-z]{1,20})", re.IGNORECASE | re.MULTILINE)
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9_-]{1,64}\.[a-z2-7]{16}@[^<>@\s]{1,255}>")
_IN_WORDS = re.compile(r"[A-Za-z0-9_+=-][\w.+=-]{0,63}@[A-Za-z0-9][A-Za-z0-9.-]{0,254}")
#: Below it stands our own mail, whose addresses are no failures.
_COPY = re.compile(
    r"below this line is a copy|original message headers|原始邮件头|this is a copy of the message|"
    r"diagnostic information for administrators|供管理员使用的诊断信息",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BounceOf:
    """`message_id`: of the mail of ours; "" where the bounce does not say, or names none that we made.
    `recipients`: who was not reached. `final`: False: it is still being tried."""

    message_id: str
    recipients: tuple[str, ...]
    final: bool = True


def bounce_of(
    status: str, returned: Iterable[str], words: str, failed: str, ours: Ours
) -> BounceOf:
    """`status`: the delivery-status part; `returned`: what came back of our mail, and the like; `words`: the
    text for people; `failed`: the field X-Failed-Recipients. Each may be ""."""
    status, words = status[:_SEARCHED], words[:_SEARCHED]
    found = [match[1] for match in _FIELD_ADDRESS.finditer(status)] or failed[:_SEARCHED].split(",")
    recipients = _good(found, ours) or _good(_in_words(words), ours)
    actions = {match[1].lower() for match in _ACTION.finditer(status)}
    return BounceOf(
        message_id=_message_id([*returned, status, words], ours),
        recipients=recipients,
        final=not actions or "failed" in actions,
    )


def _message_id(texts: Iterable[str], ours: Ours) -> str:
    for text in texts:
        for match in _MESSAGE_ID.finditer(text[:_SEARCHED]):
            if marks.message_in(match[0], ours) is not None:
                return match[0]
    return ""


def _in_words(words: str) -> list[str]:
    copy = _COPY.search(words)
    return [match[0] for match in _IN_WORDS.finditer(words[: copy.start()] if copy else words)][
        :1000
    ]


def _good(found: Iterable[str], ours: Ours) -> tuple[str, ...]:
    """Each once; our own and the servers' addresses are no recipients."""
    good: dict[str, None] = {}
    for address in found:
        normal = addresses.normal(address.strip(" <>.,;:"))
        if (
            normal
            and not addresses.is_own(normal, ours.addresses)
            and not addresses.is_no_reply(normal)
        ):
            good[normal] = None
    return tuple(good)[:_MOST]
