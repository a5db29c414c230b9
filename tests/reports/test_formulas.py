"""Each formula's test table."""

import pytest

from controller.domain.model import Interaction, Leg, Segment
from controller.domain.words import LegRole, Phase, State
from controller.reports import formulas as f
from controller.reports.formulas import Handling, QueueCounts

COUNTS = QueueCounts(
    offered=100,
    answered=80,
    answered_within=60,
    abandoned=15,
    short_abandoned=5,
    overflowed=4,
    failed=1,
    answer_wait_s=1200.0,
)
NOTHING = QueueCounts()
ALL_SHORT = QueueCounts(offered=3, abandoned=3, short_abandoned=3)
STILL_WAITING = QueueCounts(offered=2)

BY_NAME = {x.name: x for x in (*f.SERVICE_LEVELS, f.ABANDONMENT, f.SPEED_OF_ANSWER)}


@pytest.mark.parametrize(
    ("name", "table"),
    [
        (
            "answered_within / answered",
            [(COUNTS, 60 / 80), (NOTHING, None), (ALL_SHORT, None), (STILL_WAITING, None)],
        ),
        (
            "answered_within / (answered + abandoned)",
            [(COUNTS, 60 / 95), (NOTHING, None), (ALL_SHORT, 0.0), (STILL_WAITING, None)],
        ),
        (
            "answered_within / (answered + abandoned), excluding short abandons",
            [(COUNTS, 60 / 90), (NOTHING, None), (ALL_SHORT, None), (STILL_WAITING, None)],
        ),
        (
            "answered_within / offered",
            [(COUNTS, 0.60), (NOTHING, None), (ALL_SHORT, 0.0), (STILL_WAITING, 0.0)],
        ),
        ("abandoned / offered", [(COUNTS, 0.15), (NOTHING, None), (ALL_SHORT, 1.0)]),
        ("average speed of answer", [(COUNTS, 15.0), (NOTHING, None), (ALL_SHORT, None)]),
    ],
)
def test_queue_formulas(name, table):
    for counts, expected in table:
        assert BY_NAME[name](counts) == expected


def test_the_table_above_has_every_formula_and_each_has_its_own_name():
    assert len(BY_NAME) == 6


@pytest.mark.parametrize(
    ("handling", "aht", "occupancy"),
    [
        (Handling(), None, None),
        (Handling(handled=2, talk_s=100, hold_s=20, wrap_up_s=60, available_s=180), 90.0, 0.5),
        (Handling(available_s=60), None, 0.0),
        (Handling(handled=1, talk_s=60), 60.0, 1.0),
    ],
)
def test_agent_formulas(handling, aht, occupancy):
    assert f.AHT(handling) == aht
    assert f.OCCUPANCY(handling) == occupancy


def leg(answered=None, ended=None):
    return Leg(
        id="l",
        role=LegRole.AGENT,
        party="anna",
        started_at=100.0,
        answered_at=answered,
        ended_at=ended,
    )


@pytest.mark.parametrize(
    ("one", "duration", "billable"),
    [
        (leg(), None, None),
        (leg(answered=110.0), None, None),
        (leg(ended=120.0), 20.0, 0.0),
        (leg(answered=110.0, ended=150.0), 50.0, 40.0),
        (leg(answered=99.9, ended=99.8), 0.0, 0.0),  # clocks that disagree
    ],
)
def test_leg_formulas(one, duration, billable):
    assert f.LEG_DURATION(one) == duration
    assert f.BILLABLE(one) == billable


def interaction(*segments, **changes):
    fields = {
        "id": "i",
        "channel": "voice",
        "state": State.ENDED,
        "address": "",
        "name": "",
        "dialled": "",
        "arrived_at": 0.0,
        "leg": "i",
        "segments": segments,
    }
    return Interaction(**{**fields, **changes})


def segment(**changes):
    fields = {
        "id": "s",
        "agent": "anna",
        "leg": "l",
        "queue": "q",
        "units": 100,
        "wrap_up_s": 30.0,
        "phase": Phase.CLOSED,
        "accepted_at": 10.0,
    }
    return Segment(**{**fields, **changes})


WHOLE = segment(connected_at=11.0, ended_at=51.0, held_s=10.0, closed_at=61.0)
RUNNING = segment(connected_at=11.0, held_s=3.0, phase=Phase.TALKING)
NEVER = segment(ended_at=15.0, closed_at=15.0)
SKEWED = segment(connected_at=11.0, ended_at=10.9, closed_at=10.5)


@pytest.mark.parametrize(
    ("one", "talk", "hold", "wrap_up"),
    [
        (interaction(), 0, 0, 0),
        (interaction(WHOLE), 30.0, 10.0, 10.0),
        (interaction(NEVER, WHOLE), 30.0, 10.0, 10.0),
        (interaction(WHOLE, WHOLE), 60.0, 20.0, 20.0),
        (interaction(RUNNING), 0.0, 3.0, 0.0),
        (interaction(SKEWED), 0.0, 0.0, 0.0),
    ],
)
def test_interaction_formulas(one, talk, hold, wrap_up):
    assert (f.TALK(one), f.HOLD(one), f.WRAP_UP(one)) == (talk, hold, wrap_up)


def test_wait_and_duration():
    assert f.QUEUED_WAIT(interaction(queued_s=12.5)) == 12.5
    assert f.QUEUED_WAIT(interaction(queued_s=-0.1)) == 0.0
    assert f.DURATION(interaction()) is None
    assert f.DURATION(interaction(ended_at=51.0)) == 51.0
