"""`interaction:ID`: one contact whole, with its history and the reason of every offer."""

from collections.abc import Mapping, Sequence, Set

from pydantic import BaseModel

from console.api.schemas.interactions import EventView, event_view, interaction_view
from console.api.visible import Sight, visible_events
from console.live.feeds import Entities
from console.live.picture import WAITING
from console.live.subjects import INTERACTION, QUEUE, Subject
from console.services import Forecast
from controller.domain.model import Interaction
from controller.errors import say
from controller.ports import AnyEvent, Published


def unknown(interaction_id: str) -> str:
    """The same for one that is not there and one that is not his to see: he learns nothing of it."""
    return say(
        "contact_not_visible_feed",
        "no interaction {contact} among those you may see",
        contact=interaction_id[:64],
    )


class InteractionFeed:
    """Of one contact. `events`: all of its stream, which `interaction` has come to."""

    pace_s = 0.0

    def __init__(
        self,
        forecast: Forecast,
        interaction: Interaction,
        events: Sequence[AnyEvent],
        *,
        monitors: bool,
    ) -> None:
        self.name = f"interaction:{interaction.id}"
        self._forecast = forecast
        self._interaction = interaction
        self._events = list(events)
        self._sight = Sight(own=not monitors)
        #: By their place in the stream, for an event never changes.
        self._views: dict[int, EventView] = {}

    @property
    def version(self) -> int:
        return len(self._events)

    def notice(self, published: Published) -> bool:
        """Old news change nothing; news of which some are missing cannot be followed."""
        after = published.after
        if not isinstance(after, Interaction) or after.version <= self.version:
            return True
        if after.version - len(published.events) != self.version:
            return False
        self._interaction = after
        self._events += published.events
        return True

    def interests(self) -> Set[Subject]:
        own = Subject(INTERACTION, self._interaction.id)
        place = self._interaction.place
        if self._interaction.state in WAITING and place is not None:
            return {own, Subject(QUEUE, place.queue)}
        return {own}

    def whole(self) -> Mapping[str, BaseModel]:
        return {"interaction": self._view(), **self._history()}

    def part(self, touched: Set[Subject]) -> Entities | None:
        only_queue = all(subject.kind == QUEUE for subject in touched)
        return {"interaction": self._view()} if only_queue else None

    def refusal(self, sight: Sight) -> str | None:
        if sight.sees(self._interaction):
            return None
        return unknown(self._interaction.id)

    def _view(self) -> BaseModel:
        waits = self._interaction.state in WAITING
        outlook = self._forecast.waiting(self._interaction.id) if waits else None
        return interaction_view(self._interaction, outlook, monitors=self._sight.monitors)

    def _history(self) -> Mapping[str, BaseModel]:
        """Numbered by what is visible, so that a gap tells nothing."""
        places = {id(event): place for place, event in enumerate(self._events)}
        visible = visible_events(self._sight, self._interaction, self._events)
        return {
            f"event:{number}": self._event(places[id(event)], event)
            for number, event in enumerate(visible)
        }

    def _event(self, place: int, event: AnyEvent) -> EventView:
        view = self._views.get(place)
        if view is None:
            view = self._views[place] = event_view(event)
        return view
