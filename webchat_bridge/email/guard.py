"""When an automatic answer may go out (RFC 3834), and when an address writes too much: plain data."""

from collections.abc import Sequence
from dataclasses import dataclass

from controller.domain.words import Word
from webchat_bridge.email import addresses
from webchat_bridge.email.marks import Ours
from webchat_bridge.email.reading import ReadMail


class WhyNot(Word):
    #: What it answers is automatic itself: ReadMail.automatic.
    AUTOMATIC = "automatic"
    #: The sender asks for none, or the mail has no return path.
    NOT_WANTED = "not_wanted"
    OURSELVES = "ourselves"
    NO_REPLY = "no_reply"
    #: None of our addresses is in To or Cc: a blind copy, or a list.
    NOT_TO_US = "not_to_us"
    #: Answered automatically a short while ago.
    LATELY = "lately"
    STORM = "storm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """`again_after_s`: between two automatic answers to one address.

    A storm is `storm_mails` from one address within `storm_s`.
    """

    again_after_s: float = 24 * 3600.0
    storm_mails: int = 10
    storm_s: float = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Of one address: Unix times of its mails that came (this one included) and of our automatic answers."""

    came: Sequence[float] = ()
    answered: Sequence[float] = ()


_RULES = Rules()


def may_answer_automatically(
    mail: ReadMail, ours: Ours, history: History, now: float, rules: Rules = _RULES
) -> WhyNot | None:
    """None: it may. The answer goes to `envelope.sender` alone, never to Reply-To, marked Auto-Submitted."""
    sender = mail.envelope.sender
    if addresses.is_own(sender, ours.addresses):
        return WhyNot.OURSELVES
    if mail.automatic is not None:
        return WhyNot.AUTOMATIC
    if mail.wants_no_answer:
        return WhyNot.NOT_WANTED
    if addresses.is_no_reply(sender):
        return WhyNot.NO_REPLY
    named = (*mail.envelope.to, *mail.envelope.cc)
    if not any(addresses.is_own(address, ours.addresses) for address in named):
        return WhyNot.NOT_TO_US
    if is_storm(history, now, rules):
        return WhyNot.STORM
    if any(now - at < rules.again_after_s for at in history.answered):
        return WhyNot.LATELY
    return None


def is_storm(history: History, now: float, rules: Rules = _RULES) -> bool:
    """So many mails in so short a time are no person's; what comes on top opens no new interaction."""
    return sum(now - at < rules.storm_s for at in history.came) >= rules.storm_mails
