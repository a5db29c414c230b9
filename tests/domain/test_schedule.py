"""Opening hours, on the days the clocks change too."""

from datetime import datetime

import pytest

from controller.domain.schedule import Schedule

BERLIN = Schedule(
    id="berlin",
    timezone="Europe/Berlin",
    week={
        "mon": (("09:00", "12:00"), ("13:00", "17:30")),
        "sat": (("00:00", "24:00"),),
        "sun": (("01:00", "04:00"),),
    },
    holidays={"2026-04-06": (), "2026-12-24": (("09:00", "12:00"),)},
)


@pytest.mark.parametrize(
    ("instant", "is_open"),
    [
        ("2026-03-02T08:00:00+01:00", False),
        ("2026-03-02T09:00:00+01:00", True),
        ("2026-03-02T11:59:59+01:00", True),
        ("2026-03-02T12:00:00+01:00", False),
        ("2026-03-02T13:00:00+01:00", True),
        ("2026-03-02T17:30:00+01:00", False),
        ("2026-03-03T10:00:00+01:00", False),  # a Tuesday has no span
        ("2026-03-07T23:59:59+01:00", True),  # Saturday to its last second
        ("2026-04-06T10:00:00+02:00", False),  # Easter Monday
        ("2026-12-24T10:00:00+01:00", True),  # a Thursday with hours of its own
        # clocks go forward, Sunday 2026-03-29, 02:00 -> 03:00
        ("2026-03-29T00:59:59+01:00", False),
        ("2026-03-29T01:59:59+01:00", True),
        ("2026-03-29T03:00:00+02:00", True),
        ("2026-03-29T03:59:59+02:00", True),
        ("2026-03-29T04:00:00+02:00", False),
        # clocks go back, Sunday 2026-10-25, 03:00 -> 02:00
        ("2026-10-25T02:30:00+02:00", True),
        ("2026-10-25T02:30:00+01:00", True),
        ("2026-10-25T03:59:59+01:00", True),
        ("2026-10-25T04:00:00+01:00", False),
        # the same wall clock on both sides of a change
        ("2026-03-23T08:00:00+00:00", True),
        ("2026-03-30T07:00:00+00:00", True),
        ("2026-03-30T06:59:59+00:00", False),
    ],
)
def test_open(instant, is_open):
    assert BERLIN.is_open(datetime.fromisoformat(instant).timestamp()) is is_open


def test_the_day_is_the_zones_own():
    shanghai = Schedule(id="s", timezone="Asia/Shanghai", week={"mon": (("00:00", "09:00"),)})
    sunday_in_utc = datetime.fromisoformat("2026-03-01T20:00:00+00:00").timestamp()
    assert shanghai.is_open(sunday_in_utc)
