"""What was refused over the live connection, in the audit."""

from console.auth import Caller
from console.peers import Peer
from console.trail import Trail
from controller.domain.audit import Deed
from controller.ports import Clock


class Refusals:
    def __init__(self, trail: Trail, clock: Clock) -> None:
        self._trail = trail
        self._clock = clock

    def note(self, who: Caller | None, peer: Peer, action: str, detail: str) -> None:
        """`action`: the row of the rights table, without ids. `who` None: we do not know."""
        name = "" if who is None else who.name
        deed = Deed(
            at=self._clock.now(),
            who=name,
            role="" if who is None else who.role.value,
            address=peer.address,
            action=action,
            subject="",
            outcome="refused",
            detail=detail,
        )
        self._trail.note_refused(deed, name or peer.network)
