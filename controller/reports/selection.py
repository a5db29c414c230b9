"""Which rows of the CDR a reader asked for, straight from the store."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from controller.domain.model import Interaction
from controller.ports import InteractionFilter, Store
from controller.reports.cdr import interaction_row, leg_rows, offer_rows
from controller.reports.columns import INTERACTION_COLUMNS, LEG_COLUMNS, OFFER_COLUMNS, Column
from controller.reports.history import histories, interactions

Rows = Literal["interactions", "legs", "offers"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """What the reader may see: by default, all."""

    interaction: Callable[[Interaction], bool] = lambda interaction: True
    queue: Callable[[str | None], bool] = lambda queue: True


def cdr_rows(
    store: Store, wanted: InteractionFilter, rows: Rows, reader: Reader = Reader()
) -> tuple[Iterator[object], Sequence[Column]]:
    """Rows as they are read, and their columns. Of offers, only those to the wanted agent or queue."""
    if rows == "legs":
        seen = (i for i in interactions(store, wanted) if reader.interaction(i))
        return (row for i in seen for row in leg_rows(i)), LEG_COLUMNS
    told = (h for h in histories(store, wanted) if reader.interaction(h.interaction))
    if rows == "offers":
        return (
            row
            for history in told
            for row in offer_rows(history.events)
            if wanted.agent in (None, row.agent)
            and wanted.queue in (None, row.queue)
            and reader.queue(row.queue)
        ), OFFER_COLUMNS
    return (interaction_row(h.interaction, h.events) for h in told), INTERACTION_COLUMNS
