"""One row a queue: what came, what became of it, and every service level side by side."""

from collections.abc import Iterable
from dataclasses import dataclass

from controller.reports import formulas as f
from controller.reports.columns import Column, Kind
from controller.reports.history import History
from controller.reports.visits import add_segment, count, visits


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    queue: str
    counts: f.QueueCounts
    handling: f.Handling


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measure(Column):
    """A column computed from a queue's row."""

    def value(self, row: object) -> float | int | str | None:
        assert isinstance(row, QueueRow)
        if self.source == "queue":
            return row.queue
        if self.source in _FORMULAS:
            return _FORMULAS[self.source](row.counts)
        if self.source == f.AHT.name:
            return f.AHT(row.handling)
        counted = getattr(row.counts, self.source)
        assert isinstance(counted, int)
        return counted


_FORMULAS = {
    formula.name: formula
    for formula in (*f.SERVICE_LEVELS, f.ABANDONMENT, f.SPEED_OF_ANSWER, f.EXPECTATION_ERROR)
}
#: Name and sentence of every number in this report.
EXPLAINED = {name: formula.sentence for name, formula in _FORMULAS.items()} | {
    f.AHT.name: f.AHT.sentence
}
_COUNTS = ("offered", "answered", "answered_within", "abandoned", "short_abandoned")
_KINDS = {f.Unit.RATIO: Kind.RATIO, f.Unit.SECONDS: Kind.SECONDS}

QUEUE_COLUMNS: tuple[Column, ...] = (
    _Measure(name="queue", source="queue", rank=1),
    *(
        _Measure(name=name, source=name, kind=Kind.COUNT, rank=2)
        for name in (*_COUNTS, "overflowed", "failed")
    ),
    *(
        _Measure(name=name, source=name, kind=_KINDS[formula.unit], rank=3)
        for name, formula in _FORMULAS.items()
    ),
    _Measure(name=f.AHT.name, source=f.AHT.name, kind=Kind.SECONDS, rank=3),
)


def queue_rows(
    told: Iterable[History], within_s: float, short_s: float, queue: str | None = None
) -> list[QueueRow]:
    """By queue id. `within_s`, `short_s`: see `visits.count`; `queue`: only that one."""
    counts: dict[str, f.QueueCounts] = {}
    handling: dict[str, f.Handling] = {}
    for history in told:
        for visit in visits(history.events):
            so_far = counts.get(visit.queue, f.QueueCounts())
            counts[visit.queue] = count(so_far, visit, within_s, short_s)
        for segment in history.interaction.segments:
            done = handling.get(segment.queue, f.Handling())
            handling[segment.queue] = add_segment(done, segment)
    return [
        QueueRow(queue=name, counts=counts[name], handling=handling.get(name, f.Handling()))
        for name in sorted(counts)
        if queue in (None, name)
    ]
