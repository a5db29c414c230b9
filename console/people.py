"""All that has to do with people who sign in, as the API needs it together."""

from dataclasses import dataclass

from console.door import Door
from console.keeping import Keeping
from console.passwords import Passwords
from console.sessions import LONGEST_S
from console.signed_in import Sessions
from console.trail import Trail
from controller.ports import AuditLog, Catalogue, Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    passwords: Passwords
    door: Door
    sessions: Sessions
    trail: Trail
    keeping: Keeping

    def start(self) -> None:
        self.sessions.start()
        self.keeping.start()

    def stop(self) -> None:
        self.keeping.stop()
        self.sessions.stop()
        self.trail.stop()


def people(
    catalogue: Catalogue,
    audit: AuditLog,
    clock: Clock,
    *,
    longest_s: float = LONGEST_S,
    kept_s: float | None = None,
    passwords: Passwords | None = None,
) -> People:
    """`longest_s`: after that, whoever signed in has to do so again. `kept_s`: as long the audit keeps its
    rows; None: for ever."""
    passwords = passwords or Passwords()
    return People(
        passwords=passwords,
        door=Door(catalogue, passwords, clock),
        sessions=Sessions(catalogue, clock, longest_s),
        trail=Trail(audit),
        keeping=Keeping(audit, clock, kept_s),
    )
