"""`desk`: the agent himself, the offers to him, and the contacts he has to do with now."""

from collections.abc import Mapping, Set

from pydantic import BaseModel

from console.api.schemas.agents import agent_view
from console.api.schemas.interactions import interaction_view, offer_views
from console.api.visible import Sight
from console.live.feeds import Entities
from console.live.load import at_desk
from console.live.picture import Picture
from console.live.schemas import DeskInteraction
from console.live.subjects import AGENT, DESK, Subject
from controller.domain.catalogue import AgentProfile
from controller.domain.model import Interaction
from controller.ports import AgentDirectory, Catalogue, Published


class DeskFeed:
    """`monitors`: whether its readers may know who listens."""

    name = "desk"
    pace_s = 0.0

    def __init__(
        self,
        picture: Picture,
        agents: AgentDirectory,
        catalogue: Catalogue,
        agent: str,
        *,
        monitors: bool,
    ) -> None:
        self._picture = picture
        self._agents = agents
        self._catalogue = catalogue
        self._agent = agent
        self._monitors = monitors

    def interests(self) -> Set[Subject]:
        return {Subject(AGENT, self._agent), Subject(DESK, self._agent)}

    def whole(self) -> Mapping[str, BaseModel]:
        found = dict(self._me())
        for interaction_id in self._picture.at.get(self._agent, ()):
            interaction = self._picture.interactions[interaction_id]
            if self._agent in at_desk(interaction):
                found |= self._of(interaction)
        return found

    def part(self, touched: Set[Subject]) -> Entities | None:
        only_him = all(subject.kind == AGENT for subject in touched)
        return {"me": None, **self._me()} if only_him else None

    def _me(self) -> Mapping[str, BaseModel]:
        profile = self._catalogue.find(AgentProfile, self._agent)
        if profile is None:
            return {}
        candidate = self._agents.candidate(profile.id)
        return {"me": agent_view(profile, self._picture.agents.get(profile.id), candidate)}

    def _of(self, interaction: Interaction) -> Mapping[str, BaseModel]:
        whole = interaction_view(interaction, monitors=self._monitors)
        mine = [segment.id for segment in interaction.segments if segment.agent == self._agent]
        view = DeskInteraction(**dict(whole), my_segment=mine[-1] if mine else None)
        offers = {
            f"offer:{offer.id}": offer
            for offer in offer_views(interaction)
            if offer.agent == self._agent
        }
        return {f"interaction:{interaction.id}": view, **offers}

    def refusal(self, sight: Sight) -> str | None:
        return None

    def notice(self, published: Published) -> bool:
        return True
