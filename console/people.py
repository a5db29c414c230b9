"""All that has to do with people who sign in, as the API needs it together."""

from dataclasses import dataclass

from console.door import Door
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

    def start(self) -> None:
        self.sessions.start()

    def stop(self) -> None:
        self.sessions.stop()
        self.trail.stop()


def people(
    catalogue: Catalogue,
    audit: AuditLog,
    clock: Clock,
    *,
    longest_s: float = LONGEST_S,
    passwords: Passwords | None = None,
) -> People:
    """`longest_s`: after that, whoever signed in has to do so again."""
    passwords = passwords or Passwords()
    return People(
        passwords=passwords,
        door=Door(catalogue, passwords, clock),
        sessions=Sessions(catalogue, clock, longest_s),
        trail=Trail(audit),
    )
