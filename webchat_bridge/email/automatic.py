"""Whether a person wrote a mail, or which kind of machine."""

import re
from collections import Counter

from controller.domain.words import Word
from webchat_bridge.email import addresses, marks
from webchat_bridge.email.headers import Headers
from webchat_bridge.email.marks import Ours

#: A mail that passed more servers goes in a circle.
_MOST_HOPS = 50
#: Delivered to one and the same address of ours so often.
_MOST_DELIVERIES = 3


class Automatic(Word):
    AUTO_REPLY = "auto_reply"
    OUT_OF_OFFICE = "out_of_office"
    #: Sent by a program of its own accord: an invoice, an alarm.
    GENERATED = "generated"
    BOUNCE = "bounce"
    #: A receipt: read, or deleted unread.
    RECEIPT = "receipt"
    BULK = "bulk"
    #: A mail of ours that came back to us, or one that goes in a circle.
    LOOP = "loop"


#: No person begins a subject so.
_SURELY_AWAY = re.compile(
    r"\s*(?:re:\s*)?(?:automatic reply|auto-?reply|out of office(?: reply)?|自动回复|自動回覆)\s*(?:[:：]|$)",
    re.IGNORECASE,
)
#: A person may ("on leave request"): it counts only where the mail says it is automatic.
_AWAY = re.compile(
    r"\s*(?:re:\s*|回复[:：]\s*)?(?:automatic reply|auto(?:matic)?[ -]?(?:reply|response)|autoreply|"
    r"out of (?:the )?office|away from (?:the )?office|on (?:holiday|vacation|leave)|"
    r"自动回复|自動回覆|自动答复|外出|不在办公室)",
    re.IGNORECASE,
)
_BOUNCED = re.compile(
    r"\s*(?:undeliver(?:able|ed)|mail delivery (?:failed|failure|system)|delivery (?:status notification|"
    r"failure|has failed)|failure notice|returned mail|message not delivered|未送达|无法送达|无法投递|"
    r"邮件投递失败|退信|系统退信|未傳遞|無法傳遞)",
    re.IGNORECASE,
)
_BOUNCERS = re.compile(
    r"(?:mailer-?daemon|postmaster|mail-?daemon|microsoftexchange[0-9a-f]{8,})(?:[+._-].*)?"
)


_AUTORESPONDERS = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponse",
    "x-auto-reply-from",
    "x-autoreply-from",
)
_LISTS = (
    "list-id",
    "list-unsubscribe",
    "list-post",
    "feedback-id",
    "x-mailing-list",
    "x-campaign-id",
)


def automatic(
    headers: Headers, sender: str, subject: str, report: str | None, ours: Ours
) -> Automatic | None:
    """`report`: the report-type of a multipart/report. None: nothing says that no person wrote it."""
    if _goes_round(headers, sender, ours):
        return Automatic.LOOP
    if report == "disposition-notification":
        return Automatic.RECEIPT
    if _is_bounce(headers, sender, subject, report):
        return Automatic.BOUNCE
    submitted = _first_word(headers.raw("auto-submitted"))
    precedence = _first_word(headers.raw("precedence"))
    replied = (
        submitted == "auto-replied" or precedence == "auto_reply" or _is_autoresponder(headers)
    )
    if (_SURELY_AWAY.match(subject) and submitted != "no") or (_AWAY.match(subject) and replied):
        return Automatic.OUT_OF_OFFICE
    if replied:
        return Automatic.AUTO_REPLY
    if precedence in ("bulk", "list", "junk") or _is_list(headers):
        return Automatic.BULK
    if submitted not in ("", "no"):
        return Automatic.GENERATED
    return None


def wants_no_answer(headers: Headers) -> bool:
    """The sender asks for no automatic answers (Exchange's header), or the mail has no return path."""
    suppress = headers.raw("x-auto-response-suppress").lower()
    if any(word.strip() in ("all", "oof", "autoreply") for word in suppress.split(",")):
        return True
    return _no_return(headers)


def _no_return(headers: Headers) -> bool:
    return headers.has("return-path") and headers.raw("return-path").strip() in ("<>", "")


def _first_word(value: str) -> str:
    return value[:200].partition(";")[0].partition("(")[0].strip().lower()


def _goes_round(headers: Headers, sender: str, ours: Ours) -> bool:
    if addresses.is_own(sender, ours.addresses):
        return True
    if marks.message_in(headers.raw("message-id").strip(), ours) is not None:
        return True
    if sum(1 for _ in headers.all("received")) > _MOST_HOPS:
        return True
    delivered = Counter(value.strip(b" <>").lower() for value in headers.all("delivered-to"))
    return max(delivered.values(), default=0) >= _MOST_DELIVERIES


def _is_bounce(headers: Headers, sender: str, subject: str, report: str | None) -> bool:
    if report == "delivery-status" or headers.has("x-failed-recipients"):
        return True
    from_bouncer = bool(_BOUNCERS.fullmatch(sender.partition("@")[0]))
    return (from_bouncer or _no_return(headers)) and bool(_BOUNCED.match(subject))


def _is_autoresponder(headers: Headers) -> bool:
    return any(map(headers.has, _AUTORESPONDERS))


def _is_list(headers: Headers) -> bool:
    return any(map(headers.has, _LISTS))
