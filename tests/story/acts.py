"""What many stories begin with, and come to."""

from typing import Any

import pytest

from controller.domain.words import State
from tests.story.stage import CUSTOMER, Caller, Phone, Stage

NEAR = 0.5


def rare(*values: object) -> Any:
    """A variant that is told on the lab switch; on the real one with --slow only."""
    return pytest.param(*values, marks=pytest.mark.rare)


def talk(stage: Stage, *others: Phone) -> str:
    """A customer and agent 1001 in conversation, recorded; the interaction's id.

    The owners of the other phones serve no queue.
    """
    stage.agent(Phone(extension="1001", obeys=True))
    for phone in others:
        stage.agent(phone, queues=())
    stage.dial(Caller(stay=60))
    return stage.until(lambda i: i.state is State.CONNECTED and bool(i.recordings)).id


def together(stage: Stage, i: str, agent: str) -> None:
    """Customer and this agent, or outside party, are by themselves."""
    stage.until_heard(i, {CUSTOMER: {agent}, agent: {CUSTOMER}})


def recorded(stage: Stage, i: str, count: int) -> None:
    """Wait until so many recordings have begun."""
    stage.until(lambda x: x.id == i and len(x.recordings) == count)
