"""The feeds: what each is made of, as a function of the present.

A feed is a mapping of keys to entities for readers who may see the same. `touched` news make some of
it be computed anew; the hub compares, numbers and sends.
"""

from collections.abc import Mapping, Set
from typing import Protocol

from pydantic import BaseModel

from console.api.visible import Sight
from console.live.subjects import Subject
from controller.ports import Published

#: None: there is no such entity (any more).
Entities = Mapping[str, BaseModel | None]


class Feed(Protocol):
    """`name`: as readers call it. `pace_s`: the least time between two pushes; what comes meanwhile goes
    with the next."""

    @property
    def name(self) -> str: ...

    @property
    def pace_s(self) -> float: ...

    def interests(self) -> Set[Subject]:
        """The subjects it is made of at present."""

    def whole(self) -> Mapping[str, BaseModel]:
        """Every entity."""

    def part(self, touched: Set[Subject]) -> Entities | None:
        """The entities that these subjects may have changed; None: any of them."""

    def refusal(self, sight: Sight) -> str | None:
        """Why who sees this much may not read it (any more), or None."""

    def notice(self, published: Published) -> bool:
        """News of an interaction that is among its interests. False: it has lost the thread, and has to be
        opened anew."""
