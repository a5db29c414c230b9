"""Opening hours in the centre's time zone, days of daylight-saving change included."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from controller.errors import Invalid, say

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

#: How far `next_change` looks: a year of holidays, and the week after it.
HORIZON_DAYS = 374


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """`week` maps a day (mon..sun) to spans of local wall-clock time, "HH:MM" to "HH:MM".

    A span's end is not in it; "24:00" is midnight at the end of the day. `holidays` maps a local
    date, "YYYY-MM-DD", to the spans of that day instead; no spans is closed.
    """

    id: str
    timezone: str = "UTC"
    week: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    holidays: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for day, spans in [*self.week.items(), *self.holidays.items()]:
            if day not in DAYS and not _DATE.fullmatch(day):
                raise Invalid(
                    say(
                        "day_unknown",
                        "{day}: a day is mon to sun, a holiday a date such as 2026-12-25",
                        day=day,
                    )
                )
            for start, end in spans:
                if not (_CLOCK.fullmatch(start) and _CLOCK.fullmatch(end) and start < end):
                    raise Invalid(
                        say(
                            "span_wrong",
                            "{day} {start}-{end}: write HH:MM, the end after the start, 24:00 at most; "
                            "hours over midnight are two spans, to 24:00 and from 00:00 of the next day",
                            day=day,
                            start=start,
                            end=end,
                        )
                    )

    def is_open(self, now: float) -> bool:
        """Whether wall clocks in the time zone stand inside a span at `now` (epoch seconds)."""
        local = datetime.fromtimestamp(now, UTC).astimezone(ZoneInfo(self.timezone))
        clock = f"{local.hour:02}:{local.minute:02}"
        return any(start <= clock < end for start, end in self._spans(local.date()))

    def next_change(self, now: float) -> float | None:
        """When, after `now`, it opens or closes next (epoch seconds); None: not within HORIZON_DAYS.

        Only at the start or end of a span, or where the clocks change, can that be.
        """
        zone = ZoneInfo(self.timezone)
        is_open = self.is_open(now)
        today = datetime.fromtimestamp(now, UTC).astimezone(zone).date()
        # From yesterday: clocks put back after midnight bring its end a second time.
        for days in range(-1, HORIZON_DAYS):
            for instant in self._instants_within(today + timedelta(days=days), zone):
                if instant > now and self.is_open(instant) is not is_open:
                    return instant
        return None

    def _instants_within(self, day: date, zone: ZoneInfo) -> list[float]:
        """In their order, from the first midnight of the day to that of the next. An instant of the
        neighbours may lie there: clocks put back at midnight bring a day's end into the next."""
        begin, end = (min(_instants_of(day, clock, zone)) for clock in ("00:00", "24:00"))
        near = (day - timedelta(days=1), day, day + timedelta(days=1))
        found = {instant for each in near for instant in self._instants(each, zone)}
        return sorted(instant for instant in found if begin <= instant < end)

    def _spans(self, day: date) -> tuple[tuple[str, str], ...]:
        spans = self.holidays.get(day.isoformat())
        return self.week.get(DAYS[day.weekday()], ()) if spans is None else spans

    def _instants(self, day: date, zone: ZoneInfo) -> Iterator[float]:
        """When the day's spans may begin or end: where clocks go back, an hour comes twice."""
        for span in self._spans(day):
            for clock in span:
                yield from _instants_of(day, clock, zone)
        change = _clock_change(day, zone)
        if change is not None:
            yield change


def _instants_of(day: date, clock: str, zone: ZoneInfo) -> set[float]:
    hours, minutes = int(clock[:2]), int(clock[3:])
    if hours == 24:
        day, hours = day + timedelta(days=1), 0
    local = datetime.combine(day, time(hours, minutes), zone)
    return {local.timestamp(), local.replace(fold=1).timestamp()}


def _clock_change(day: date, zone: ZoneInfo) -> float | None:
    """The second at which wall clocks jump on that day, if they do."""
    early = int(min(_instants_of(day, "00:00", zone)))
    late = int(max(_instants_of(day, "24:00", zone)))

    def offset(instant: int) -> timedelta | None:
        return datetime.fromtimestamp(instant, zone).utcoffset()

    before = offset(early)
    if before == offset(late):
        return None
    while late - early > 1:
        middle = (early + late) // 2
        if offset(middle) == before:
            early = middle
        else:
            late = middle
    return float(late)
