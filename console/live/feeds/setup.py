"""`setup`: which kinds of the set-up are other than they were; what is in them the API says."""

from collections.abc import Mapping, Set
from hashlib import sha256

from pydantic import BaseModel

from console.api.visible import Sight
from console.live.feeds import Entities
from console.live.schemas import SetupKind
from console.live.subjects import SETUP, Subject
from controller.domain.catalogue import CATALOGUE, Session
from controller.ports import Catalogue, Published

#: Who is signed in is no set-up, and changes all the time.
KINDS = tuple(name for name, kind in CATALOGUE.items() if kind is not Session)


class SetupFeed:
    name = "setup"
    #: A set-up from a file changes many entries, one after the other.
    pace_s = 0.5

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def interests(self) -> Set[Subject]:
        return {Subject(SETUP, kind) for kind in KINDS}

    def whole(self) -> Mapping[str, BaseModel]:
        return {f"kind:{kind}": self._kind(kind) for kind in KINDS}

    def part(self, touched: Set[Subject]) -> Entities:
        return {f"kind:{kind}": self._kind(kind) for _, kind in touched if kind is not None}

    def _kind(self, kind: str) -> SetupKind:
        entries = repr(self._catalogue.all(CATALOGUE[kind]))
        return SetupKind(version=sha256(entries.encode()).hexdigest()[:16])

    def refusal(self, sight: Sight) -> str | None:
        return None

    def notice(self, published: Published) -> bool:
        return True
