"""Which thread a mail belongs to: what to look up, and whether its sender belongs there."""

from collections.abc import Collection
from dataclasses import dataclass

from controller.domain.words import Word
from webchat_bridge.email.reading import ReadMail


class By(Word):
    IN_REPLY_TO = "in_reply_to"
    REFERENCES = "references"
    TOKEN = "token"  # noqa: S105 - a word, no secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """`value`: a Message-ID with its brackets, of theirs or ours, or the subject token."""

    by: By
    value: str


def candidates(mail: ReadMail) -> tuple[Candidate, ...]:
    """What to look up, in this order; the first that is known names the thread, none begins a new one.

    `references` of an envelope end with In-Reply-To, or with what the mail answers.
    """
    found = [
        Candidate(by=By.REFERENCES, value=value) for value in reversed(mail.envelope.references)
    ]
    if found:
        found[0] = Candidate(by=By.IN_REPLY_TO, value=found[0].value)
    if mail.bounce_of is not None and mail.bounce_of.message_id:
        found.insert(0, Candidate(by=By.IN_REPLY_TO, value=mail.bounce_of.message_id))
    if mail.token is not None:
        found.append(Candidate(by=By.TOKEN, value=mail.token))
    return tuple(found)


class Standing(Word):
    #: His address is in the thread.
    PARTICIPANT = "participant"
    #: He answers a mail of the thread, but was neither its sender nor its recipient: forwarded to him, or
    #: he writes from another address.
    NEWCOMER = "newcomer"
    #: He has nothing but the token of a subject.
    STRANGER = "stranger"
    #: No person: a bounce, an auto-reply. It is put to the thread it is about, and never answered.
    MACHINE = "machine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """`attach`: the mail may be put into the thread. `becomes_participant`: answers may go to him from now
    on; never by a token or a Message-ID alone, which travel with every forwarded mail: an agent decides."""

    standing: Standing
    attach: bool
    becomes_participant: bool


def joining(mail: ReadMail, found: Candidate, participants: Collection[str]) -> Joining:
    """`participants`: who sent or got a mail of the thread that we sent or accepted.

    The sender's address is what the mail says: whoever needs more than that looks at what the mail server
    verified (SPF, DKIM) before he tells him anything.
    """
    if mail.automatic is not None and mail.bounce_of is not None:
        return Joining(
            standing=Standing.MACHINE, attach=found.by is not By.TOKEN, becomes_participant=False
        )
    if mail.envelope.sender in participants:
        return Joining(standing=Standing.PARTICIPANT, attach=True, becomes_participant=True)
    if found.by is By.TOKEN:
        return Joining(standing=Standing.STRANGER, attach=False, becomes_participant=False)
    return Joining(standing=Standing.NEWCOMER, attach=True, becomes_participant=False)
