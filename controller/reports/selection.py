"""Which rows of the CDR a reader asked for, straight from the store."""

from collections.abc import Iterator, Sequence
from typing import Literal

from controller.ports import InteractionFilter, Store
from controller.reports.cdr import interaction_row, leg_rows, offer_rows
from controller.reports.columns import INTERACTION_COLUMNS, LEG_COLUMNS, OFFER_COLUMNS, Column
from controller.reports.history import histories, interactions

Rows = Literal["interactions", "legs", "offers"]


def cdr_rows(
    store: Store, wanted: InteractionFilter, rows: Rows
) -> tuple[Iterator[object], Sequence[Column]]:
    """Rows as they are read, and their columns. Of offers, only those to the wanted agent or queue."""
    if rows == "legs":
        return (row for i in interactions(store, wanted) for row in leg_rows(i)), LEG_COLUMNS
    told = histories(store, wanted)
    if rows == "offers":
        return (
            row
            for history in told
            for row in offer_rows(history.events)
            if wanted.agent in (None, row.agent) and wanted.queue in (None, row.queue)
        ), OFFER_COLUMNS
    return (interaction_row(h.interaction, h.events) for h in told), INTERACTION_COLUMNS
