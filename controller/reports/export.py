"""Rows as CSV or JSON, line by line, so that a long report never lies in memory.

CSV is RFC 4180 in UTF-8; times are RFC 3339 in the centre's zone, offset written out. Text that a
spreadsheet could run is guarded (see `text.guarded`), and every text is in quotes, so that a
spreadsheet that expects another separator cannot begin a new cell within one. JSON has the values as
they are, times in UTC.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

from controller.reports.columns import Column, Kind
from controller.reports.text import guarded, visible


def rfc3339(at: float, zone: tzinfo = UTC) -> str:
    """To the millisecond; UTC is written Z."""
    text = datetime.fromtimestamp(at, zone).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z") if zone is UTC else text


def joined(kind: Kind, value: Any) -> str:
    """A tuple or mapping in one cell."""
    if kind is Kind.REASONS:
        return "; ".join(f"{name}: {reason}" for name, reason in value.items())
    return (" > " if kind is Kind.PATH else "; ").join(value)


def csv_lines(
    rows: Iterable[object], columns: Sequence[Column], zone: tzinfo = UTC
) -> Iterator[str]:
    """Each with its CRLF; the first is the heading."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")

    def line(cells: Iterable[str | int | float]) -> str:
        writer.writerow(cells)
        text = buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
        return text

    yield line(column.name for column in columns)
    for row in rows:
        yield line(_csv_cell(column.kind, column.value(row), zone) for column in columns)


def _csv_cell(kind: Kind, value: Any, zone: tzinfo) -> str | int | float:
    if value is None:
        return ""
    match kind:
        case Kind.TIME:
            return rfc3339(value, zone)
        case Kind.SECONDS:
            return round(float(value), 3)
        case Kind.RATIO:
            return round(float(value), 4)
        case Kind.COUNT:
            return int(value)
        case Kind.TEXT:
            return guarded(visible(value))
        case _:
            return guarded(visible(joined(kind, value)))


def json_lines(rows: Iterable[object], columns: Sequence[Column]) -> Iterator[str]:
    """Together one JSON array, one object a line."""
    before = "[\n"
    for row in rows:
        yield before + json.dumps(json_record(row, columns), ensure_ascii=True, allow_nan=False)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def json_record(row: object, columns: Sequence[Column]) -> dict[str, Any]:
    """One row as JSON has it."""
    return {column.name: _json_value(column.kind, column.value(row)) for column in columns}


def _json_value(kind: Kind, value: Any) -> Any:
    if value is None:
        return None
    match kind:
        case Kind.TIME:
            return rfc3339(value)
        case Kind.SECONDS:
            return round(value, 3)
        case Kind.RATIO:
            return round(value, 4)
        case Kind.PATH | Kind.LIST:
            return list(value)
        case Kind.REASONS:
            return dict(value)
        case _:
            return value
