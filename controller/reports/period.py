"""What people mean by `--from` and `--to`.

2026-03-29              that day in the centre's time zone; as an end, the whole day belongs to it
2026-03-29T14:30[:15]   that wall-clock time; with an offset (Z, +02:00), exactly that instant
today, yesterday, now   likewise
-90s, -30m, -2h         that long before now
-7d                     the same wall-clock time so many days before, whatever the clocks did since
"""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from controller.errors import Invalid, Said, say

_AGO = re.compile(r"-(\d{1,6})([smhd])", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SECONDS = {"s": 1, "m": 60, "h": 3600}


def parse_period(start: str | None, end: str | None, now: float, zone: str) -> tuple[float, float]:
    """Epoch seconds [since, until). Default: the last 24 hours. Raises Invalid."""
    tz = find_zone(zone)
    until = now if end is None else parse_end(end, now, tz)
    since = until - 86_400 if start is None else parse_start(start, now, tz)
    if since >= until:
        raise Invalid("the period is empty: --from must be before --to")
    return since, until


def find_zone(name: str) -> ZoneInfo:
    """Raises Invalid."""
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        raise Invalid(
            f"there is no time zone {name!r}; write it as in Europe/Berlin, Asia/Shanghai or UTC"
        ) from None


def parse_start(text: str, now: float, zone: ZoneInfo) -> float:
    """The beginning of what `text` names; of an hour that comes twice, the first. Raises Invalid."""
    day = _day(text, now, zone)
    return _instant(text, now, zone, fold=0) if day is None else _midnight(day, zone, text)


def parse_end(text: str, now: float, zone: ZoneInfo) -> float:
    """The end (not included) of what `text` names; of an hour that comes twice, the second."""
    day = _day(text, now, zone)
    if day is None:
        return _instant(text, now, zone, fold=1)
    if day == date.max:
        raise Invalid(_unreadable(text))
    return _midnight(day + timedelta(days=1), zone, text)


def _day(text: str, now: float, zone: ZoneInfo) -> date | None:
    today = datetime.fromtimestamp(now, zone).date()
    if text == "today":
        return today
    if text == "yesterday":
        return today - timedelta(days=1)
    if not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(_unreadable(text)) from None


def _midnight(day: date, zone: ZoneInfo, text: str) -> float:
    try:
        return _epoch(datetime(day.year, day.month, day.day, tzinfo=zone))
    except OverflowError:
        raise Invalid(_unreadable(text)) from None


def _instant(text: str, now: float, zone: ZoneInfo, fold: int) -> float:
    if text == "now":
        return now
    try:
        if ago := _AGO.fullmatch(text):
            amount, unit = int(ago[1]), ago[2]
            if unit in _SECONDS:
                return now - amount * _SECONDS[unit]
            return _epoch(datetime.fromtimestamp(now, zone) - timedelta(days=amount))
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone, fold=fold)
        return _epoch(moment)
    except (ValueError, OverflowError):
        raise Invalid(_unreadable(text)) from None


def _epoch(moment: datetime) -> float:
    return moment.astimezone(UTC).timestamp()


def _unreadable(text: str) -> Said:
    return say(
        "time_unreadable",
        "cannot read {text!r} as a time; write 2026-03-29, 2026-03-29T14:30, today, yesterday, now,"
        " -2h or -7d",
        text=text,
    )
