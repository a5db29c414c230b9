"""Rows as a table for a terminal: aligned, and no wider than it."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from itertools import chain, islice
from typing import Any

from controller.reports.columns import Column, Kind
from controller.reports.export import joined
from controller.reports.text import fit, visible, width

#: Rows looked at to find the widths; later rows are cut to them, so that the table can stream.
SAMPLE = 200

#: Columns of text are not cut below this.
NARROWEST = 8

_GAP = "  "
_RIGHT = frozenset({Kind.SECONDS, Kind.COUNT, Kind.RATIO})
_CUTTABLE = frozenset({Kind.TEXT, Kind.PATH, Kind.LIST, Kind.REASONS})


def table_lines(
    rows: Iterable[object],
    columns: Sequence[Column],
    terminal: int | None = None,
    zone: tzinfo = UTC,
) -> Iterator[str]:
    """Lines with their newline. `terminal`: its width in columns; None: as wide as the rows are.

    When not all columns fit even if cut, those of the highest rank stay away and are named at the end.
    """
    coming = iter(rows)
    sample = list(islice(coming, SAMPLE))
    if not sample:
        yield "nothing in this period\n"
        return
    wanted = [_widest(sample, column, zone) for column in columns]
    shown = _choose(columns, wanted, terminal)
    kept = [column for column, size in zip(columns, shown, strict=True) if size]
    sizes = [size for size in shown if size]
    yield _line([column.name for column in kept], sizes, kept)
    yield _GAP.join("-" * size for size in sizes) + "\n"
    for row in chain(sample, coming):
        yield _line([cell(column, row, zone) for column in kept], sizes, kept)
    left_out = [column.name for column, size in zip(columns, shown, strict=True) if not size]
    if left_out:
        yield f"not shown for want of room: {', '.join(left_out)} (--format csv has all)\n"


def cell(column: Column, row: object, zone: tzinfo) -> str:
    """One value as the table shows it; empty for None."""
    value: Any = column.value(row)
    if value is None:
        return ""
    match column.kind:
        case Kind.TIME:
            return datetime.fromtimestamp(value, zone).strftime("%Y-%m-%d %H:%M:%S")
        case Kind.SECONDS:
            return f"{value:.1f}"
        case Kind.RATIO:
            return f"{value * 100:.1f} %"
        case Kind.COUNT | Kind.TEXT:
            return visible(str(value))
        case _:
            return visible(joined(column.kind, value))


def _widest(sample: Sequence[object], column: Column, zone: tzinfo) -> int:
    return max(width(column.name), *(width(cell(column, row, zone)) for row in sample))


def _line(cells: Sequence[str], sizes: Sequence[int], columns: Sequence[Column]) -> str:
    fitted = (
        fit(text, size, right=column.kind in _RIGHT)
        for text, size, column in zip(cells, sizes, columns, strict=True)
    )
    return _GAP.join(fitted).rstrip() + "\n"


def _choose(columns: Sequence[Column], wanted: Sequence[int], terminal: int | None) -> list[int]:
    """A width for each column, 0 for one left out."""
    sizes = list(wanted)
    if terminal is None:
        return sizes
    least = [
        min(size, max(NARROWEST, len(column.name))) if column.kind in _CUTTABLE else size
        for column, size in zip(columns, wanted, strict=True)
    ]
    # Worst rank first, and of one rank the rightmost.
    worst = sorted(range(len(columns)), key=lambda n: (columns[n].rank, n), reverse=True)
    for n in worst[:-1]:
        if _total([least[m] for m in range(len(sizes)) if sizes[m]]) <= terminal:
            break
        sizes[n] = 0
    _shrink(sizes, least, terminal)
    return sizes


def _shrink(sizes: list[int], least: Sequence[int], terminal: int) -> None:
    """Take the excess from the widest column, one step at a time."""
    while _total([size for size in sizes if size]) > terminal:
        spare = [n for n, size in enumerate(sizes) if size > least[n]]
        if not spare:
            return
        sizes[max(spare, key=lambda n: (sizes[n], n))] -= 1


def _total(sizes: Sequence[int]) -> int:
    return sum(sizes) + len(_GAP) * max(0, len(sizes) - 1)
