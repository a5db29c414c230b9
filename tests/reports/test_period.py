from datetime import datetime

import pytest

from controller.errors import Invalid
from controller.reports.period import find_zone, parse_end, parse_period, parse_start

BERLIN = find_zone("Europe/Berlin")


def at(text):
    return datetime.fromisoformat(text).timestamp()


NOW = at("2026-03-30T10:00:00+02:00")  # the day after the clocks went forward


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026-03-29", "2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00"),  # 23 hours
        ("2026-10-25", "2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00"),  # 25 hours
        ("today", "2026-03-30T00:00:00+02:00", "2026-03-31T00:00:00+02:00"),
        ("yesterday", "2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00"),
        ("now", "2026-03-30T10:00:00+02:00", "2026-03-30T10:00:00+02:00"),
        ("-2h", "2026-03-30T08:00:00+02:00", "2026-03-30T08:00:00+02:00"),
        ("-30m", "2026-03-30T09:30:00+02:00", "2026-03-30T09:30:00+02:00"),
        ("-7d", "2026-03-23T10:00:00+01:00", "2026-03-23T10:00:00+01:00"),
        ("2026-03-28T14:30", "2026-03-28T14:30:00+01:00", "2026-03-28T14:30:00+01:00"),
        ("2026-03-28 14:30:15", "2026-03-28T14:30:15+01:00", "2026-03-28T14:30:15+01:00"),
        ("2026-03-28T14:30Z", "2026-03-28T15:30:00+01:00", "2026-03-28T15:30:00+01:00"),
        # an hour that comes twice: all of it
        ("2026-10-25T02:30", "2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"),
    ],
)
def test_meaning(text, start, end):
    assert parse_start(text, NOW, BERLIN) == at(start)
    assert parse_end(text, NOW, BERLIN) == at(end)


@pytest.mark.parametrize(
    "text",
    ["", "tomorrowish", "2026-02-30", "2026-13-01", "-2x", "-h", "--", "9999-12-31", "-999999d"],
)
def test_what_cannot_be_read_names_what_can(text):
    with pytest.raises(Invalid, match="write 2026-03-29"):
        parse_end(text, NOW, BERLIN)


def test_default_is_the_last_24_hours():
    assert parse_period(None, None, NOW, "UTC") == (NOW - 86_400, NOW)


def test_an_empty_period_and_an_unknown_zone_are_refused():
    with pytest.raises(Invalid, match="before"):
        parse_period("today", "yesterday", NOW, "UTC")
    for name in ("Mars/Base", "../etc/passwd", ""):
        with pytest.raises(Invalid, match="Europe/Berlin"):
            parse_period(None, None, NOW, name)
