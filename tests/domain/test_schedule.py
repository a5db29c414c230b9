"""Opening hours, on the days the clocks change too."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.domain.schedule import DAYS, Schedule

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


@pytest.mark.parametrize(
    ("now", "change"),
    [
        ("2026-03-02T08:00:00+01:00", "2026-03-02T09:00:00+01:00"),
        ("2026-03-02T09:00:00+01:00", "2026-03-02T12:00:00+01:00"),
        ("2026-03-02T17:30:00+01:00", "2026-03-07T00:00:00+01:00"),
        ("2026-03-07T12:00:00+01:00", "2026-03-08T00:00:00+01:00"),
        ("2026-03-29T03:10:00+02:00", "2026-03-29T04:00:00+02:00"),
        ("2026-04-05T12:00:00+02:00", "2026-04-11T00:00:00+02:00"),  # Easter Monday is closed
        ("2026-10-25T02:30:00+02:00", "2026-10-25T04:00:00+01:00"),
        ("2026-12-24T08:00:00+01:00", "2026-12-24T09:00:00+01:00"),
    ],
)
def test_next_change(now, change):
    found = BERLIN.next_change(datetime.fromisoformat(now).timestamp())
    assert found == datetime.fromisoformat(change).timestamp()


def test_hours_that_never_change_have_no_next_change():
    always = Schedule(id="a", week=dict.fromkeys(DAYS, (("00:00", "24:00"),)))
    assert always.next_change(1_772_355_600.0) is None
    assert Schedule(id="never").next_change(1_772_355_600.0) is None


def test_a_span_that_ends_in_the_hour_that_comes_twice_ends_twice():
    short = Schedule(id="s", timezone="Europe/Berlin", week={"sun": (("01:00", "02:30"),)})
    times = [datetime.fromisoformat("2026-10-25T01:30:00+02:00").timestamp()]
    for _ in range(3):
        times.append(short.next_change(times[-1]))
    assert [datetime.fromtimestamp(t, UTC).strftime("%H:%M") for t in times[1:]] == [
        "00:30", "01:00", "01:30",
    ]  # fmt: skip


#: Days around changes of the clocks: by an hour, by half of one, at midnight, back over midnight, and
#: a day that an island left out.
CHANGES = (
    ("Europe/Berlin", "2026-03-29"),
    ("Europe/Berlin", "2026-10-25"),
    ("America/New_York", "2026-11-01"),
    ("Australia/Lord_Howe", "2026-04-05"),
    ("Australia/Lord_Howe", "2026-10-04"),
    ("America/Havana", "2026-03-08"),
    ("America/Havana", "2026-11-01"),
    ("America/St_Johns", "2009-11-01"),
    ("America/St_Johns", "2009-03-08"),
    ("Pacific/Apia", "2011-12-30"),
    ("Asia/Shanghai", "2026-05-01"),
)
_CLOCKS = st.sampled_from([f"{h:02}:{m:02}" for h in range(24) for m in (0, 1, 15, 30)] + ["24:00"])


@st.composite
def _spans(draw):
    clocks = sorted(draw(st.sets(_CLOCKS, max_size=4)))
    return tuple(zip(clocks[::2], clocks[1::2], strict=False))


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(CHANGES),
    st.integers(-2 * 1440, 1440),
    st.dictionaries(st.sampled_from(DAYS), _spans()),
    st.dictionaries(st.integers(0, 4), _spans(), max_size=2),
)
def test_the_next_change_is_the_first_minute_that_differs(place, minutes, week, holidays):
    zone, day = place
    noon = datetime.fromisoformat(day).replace(hour=12, tzinfo=ZoneInfo(zone)).timestamp()
    dates = {
        datetime.fromtimestamp(noon + n * 86_400, ZoneInfo(zone)).date().isoformat(): spans
        for n, spans in holidays.items()
    }
    schedule = Schedule(id="s", timezone=zone, week=week, holidays=dates)
    now = noon + minutes * 60
    is_open = schedule.is_open(now)
    walked = (now + 60 * n for n in range(1, 4 * 1440))
    expected = next((t for t in walked if schedule.is_open(t) is not is_open), None)
    found = schedule.next_change(now)
    if expected is None:
        assert found is None or found > now + 60 * (4 * 1440 - 1)
    else:
        assert found == expected
