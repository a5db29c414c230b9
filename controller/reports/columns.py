"""The columns of each report, in order. A column has the same name in table, CSV and JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from controller.reports.cdr import InteractionRow, LegRow, OfferRow


class Kind(StrEnum):
    """How a value is written. PATH and LIST are tuples of text, REASONS maps text to text."""

    TEXT = "text"
    TIME = "time"
    SECONDS = "seconds"
    RATIO = "ratio"
    COUNT = "count"
    PATH = "path"
    LIST = "list"
    REASONS = "reasons"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """`source`: the row's field. `rank`: 1 stays longest when a terminal is too narrow for all."""

    name: str
    source: str
    kind: Kind = Kind.TEXT
    rank: int = 5

    def value(self, row: object) -> Any:
        return getattr(row, self.source)


def _column(name: str, kind: Kind = Kind.TEXT, rank: int = 5, source: str = "") -> Column:
    return Column(name=name, kind=kind, rank=rank, source=source or name)


INTERACTION_COLUMNS: tuple[Column, ...] = (
    _column("arrived", Kind.TIME, 1, "arrived_at"),
    _column("id", rank=6),
    _column("channel", rank=5),
    _column("direction", rank=6),
    _column("customer", rank=1),
    _column("name", rank=4),
    _column("dialled", rank=5),
    _column("flow_path", Kind.PATH, 6),
    _column("queue_path", Kind.PATH, 2),
    _column("answered", Kind.TIME, 8, "answered_at"),
    _column("connected", Kind.TIME, 7, "connected_at"),
    _column("ended", Kind.TIME, 7, "ended_at"),
    _column("queued_s", Kind.SECONDS, 2),
    _column("expected_s", Kind.SECONDS, 7),
    _column("talk_s", Kind.SECONDS, 2),
    _column("hold_s", Kind.SECONDS, 4),
    _column("holds", Kind.COUNT, 8),
    _column("away_s", Kind.SECONDS, 8),
    _column("reconnects", Kind.COUNT, 8),
    _column("wrap_up_s", Kind.SECONDS, 4),
    _column("duration_s", Kind.SECONDS, 3),
    _column("agents", Kind.PATH, 1),
    _column("transfers", Kind.LIST, 4),
    _column("steered", Kind.LIST, 7),
    _column("outcome", rank=1),
    _column("reason", rank=3),
    _column("hangup_cause", rank=7),
    _column("dispositions", Kind.LIST, 3),
    _column("recordings", Kind.LIST, 8),
)

LEG_COLUMNS: tuple[Column, ...] = (
    _column("interaction", rank=3),
    _column("leg", rank=4),
    _column("role", rank=1),
    _column("party", rank=1),
    _column("started", Kind.TIME, 1, "started_at"),
    _column("answered", Kind.TIME, 5, "answered_at"),
    _column("ended", Kind.TIME, 5, "ended_at"),
    _column("duration_s", Kind.SECONDS, 2),
    _column("billable_s", Kind.SECONDS, 2),
    _column("cause", rank=1),
)

OFFER_COLUMNS: tuple[Column, ...] = (
    _column("made", Kind.TIME, 1, "made_at"),
    _column("interaction", rank=5),
    _column("offer", rank=7),
    _column("queue", rank=2),
    _column("agent", rank=1),
    _column("ended", Kind.TIME, 6, "ended_at"),
    _column("ring_s", Kind.SECONDS, 2),
    _column("result", rank=1),
    _column("result_reason", rank=4),
    _column("rule", rank=2),
    _column("waited_s", Kind.SECONDS, 3),
    _column("ahead", Kind.COUNT, 5),
    _column("eligible", Kind.PATH, 3),
    _column("eligible_count", Kind.COUNT, 6),
    _column("passed_over", Kind.REASONS, 3),
    _column("passed_over_count", Kind.COUNT, 6),
)

COLUMNS: Mapping[type, tuple[Column, ...]] = {
    InteractionRow: INTERACTION_COLUMNS,
    LegRow: LEG_COLUMNS,
    OfferRow: OFFER_COLUMNS,
}
