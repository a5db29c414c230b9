"""Opening hours in the centre's time zone, days of daylight-saving change included."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from controller.errors import Invalid

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


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
                raise Invalid(f"{day}: a day is mon to sun, a holiday a date such as 2026-12-25")
            for start, end in spans:
                if not (_CLOCK.fullmatch(start) and _CLOCK.fullmatch(end) and start < end):
                    raise Invalid(
                        f"{day} {start}-{end}: write HH:MM, the end after the start, 24:00 at most; "
                        "hours over midnight are two spans, to 24:00 and from 00:00 of the next day"
                    )

    def is_open(self, now: float) -> bool:
        """Whether wall clocks in the time zone stand inside a span at `now` (epoch seconds)."""
        local = datetime.fromtimestamp(now, UTC).astimezone(ZoneInfo(self.timezone))
        spans = self.holidays.get(local.date().isoformat())
        if spans is None:
            spans = self.week.get(DAYS[local.weekday()], ())
        clock = local.strftime("%H:%M")
        return any(start <= clock < end for start, end in spans)
