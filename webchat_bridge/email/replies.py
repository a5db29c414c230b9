"""To whom an answer goes: those who were in the conversation, and no machine, and not ourselves."""

from collections.abc import Collection
from dataclasses import dataclass

from controller.domain.model.messages import Envelope
from controller.domain.words import Word
from webchat_bridge.email import addresses


class LeftOut(Word):
    OURSELVES = "ourselves"
    NO_REPLY = "no_reply"
    NOT_IN_THREAD = "not_in_thread"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipients:
    """`to` is empty where nobody may be answered. `left_out`: whom a plain reading would have included, and
    why not. `elsewhere`: the sender wants answers at another domain than his own; show it to the agent."""

    to: tuple[str, ...]
    cc: tuple[str, ...] = ()
    left_out: tuple[tuple[str, LeftOut], ...] = ()
    elsewhere: bool = False


def recipients_of_reply(
    envelope: Envelope,
    own_addresses: Collection[str],
    *,
    everyone: bool = False,
    thread: Collection[str] | None = None,
) -> Recipients:
    """The sender, where he asks to be answered; with `everyone` the others of To and Cc as well, in Cc.

    `thread`: the addresses the thread had before; where it is given, nobody else is answered.
    """
    own = frozenset(own_addresses)
    left_out: dict[str, LeftOut] = {}

    def may(address: str) -> bool:
        reason = _reason(address, own, thread)
        if reason is not None:
            left_out[address] = reason
        return reason is None

    first = envelope.reply_to or envelope.sender
    to = [first] if may(first) else []
    if not to and first != envelope.sender and may(envelope.sender):
        to = [envelope.sender]
    others = dict.fromkeys((*envelope.to, *envelope.cc)) if everyone else {}
    cc = [address for address in others if address not in to and may(address)]
    return Recipients(
        to=tuple(to),
        cc=tuple(cc) if to else (),
        left_out=tuple(left_out.items()),
        elsewhere=bool(to) and _domain(to[0]) != _domain(envelope.sender),
    )


def _reason(address: str, own: frozenset[str], thread: Collection[str] | None) -> LeftOut | None:
    if addresses.normal(address) is None:
        return LeftOut.BROKEN
    if addresses.is_own(address, own):
        return LeftOut.OURSELVES
    if addresses.is_no_reply(address):
        return LeftOut.NO_REPLY
    if thread is not None and address not in thread:
        return LeftOut.NOT_IN_THREAD
    return None


def _domain(address: str) -> str:
    return address.rpartition("@")[2]
