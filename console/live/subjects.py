"""What news are about, in the words in which feeds say what they are made of."""

from typing import NamedTuple


class Subject(NamedTuple):
    """`kind`: agent, queue, interaction, number, reason, alarm, setup
    (by kind); quarter
    (QUEUE@BEGINNING, epoch seconds); desk is an agent's contacts.
    `id` None: any of the kind, for who wants to hear of all."""

    kind: str
    id: str | None


AGENT, QUEUE, INTERACTION, NUMBER = "agent", "queue", "interaction", "number"
DESK, ALARM, REASON, QUARTER, SETUP = "desk", "alarm", "reason", "quarter", "setup"


def quarter_subject(queue: str, begin: float) -> Subject:
    return Subject(QUARTER, f"{queue}@{int(begin)}")
