"""What a waiting customer hears in place of the music now and then: where he stands.

An announcement displaces the music, which plays on unheard. It must never be heard over a talk nor hold
one up: once an agent has answered none begins, and one that plays is stopped before the bridge.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress

from controller.adapters.esl.calls import Calls
from controller.adapters.esl.link import SwitchLink
from controller.adapters.esl.series import Series
from controller.domain.model import Interaction, Telling
from controller.errors import CommandRefused

#: From what he is to be told, his position and the expected wait to files that the switch can play. It
#: may block, for they are made when they are first needed.
Announcement = Callable[[Telling, int, float | None], Sequence[str]]


class Announcing:
    """Part of the voice Medium. `series` has the interaction's id as key, as there."""

    def __init__(
        self, *, link: SwitchLink, calls: Calls, series: Series, announcement: Announcement
    ) -> None:
        self._link = link
        self._calls = calls
        self._series = series
        self._announcement = announcement

    def tell(self, interaction: Interaction, position: int, expected_s: float | None) -> None:
        telling = interaction.place.terms.telling if interaction.place is not None else None
        if telling is None:
            return

        def prepare() -> None:
            files = self._announcement(telling, position, expected_s)
            if files:
                self._series.add(interaction.id, lambda: self._announce(interaction.leg, files))

        # Not in his own series, in which an agent's answer would have to wait for it.
        self._series.add(f"announce:{interaction.id}", prepare, interaction_id=interaction.id)

    def _announce(self, leg: str, files: Sequence[str]) -> None:
        if leg not in self._calls.waiting:
            return  # an agent has answered, or he is back in his flow
        hush(self._link, self._calls, leg)
        source = files[0] if len(files) == 1 else "file_string://" + "!".join(files)
        self._link.api(f"uuid_displace {leg} start {source}")
        self._calls.announced[leg] = source


def hush(link: SwitchLink, calls: Calls, leg: str) -> None:
    """Stop the announcement that may be playing. Raises SwitchError."""
    source = calls.announced.pop(leg, None)
    if source is not None:
        with suppress(CommandRefused):  # it is over, as most are
            link.api(f"uuid_displace {leg} stop {source}")
