"""Which phones are registered with the switch: asked once as the link comes up, then followed by events.

Not by `show registrations`: of two pages with one extension it forgets the second as the first closes. And
an end counts for the registration that it names alone: that of a page that is gone may be told late.
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from controller.adapters.esl.messages import SwitchEvent
from controller.errors import CommandRefused
from controller.ports import Clock

#: CUSTOM events of the switch, by subclass.
REGISTRATION_EVENTS: Final = ("sofia::register", "sofia::unregister", "sofia::expire")

_ENTRY = re.compile(r"<registration>(.*?)</registration>", re.DOTALL)
_FIELD = re.compile(r"<(call-id|user|contact|status)>(.*?)</\1>", re.DOTALL)
_CONTACT = re.compile(r"sips?:([^;>\s]+)")
_TRANSPORT = re.compile(r"Registered\((\w+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """`contact`: user and host that the phone named; a page makes up new ones each time it is loaded.
    `transport`: udp, tcp, tls, ws or wss. `since`: epoch seconds, of this contact."""

    extension: str
    call_id: str
    contact: str
    transport: str
    since: float

    @property
    def page(self) -> bool:
        """A phone in a browser page."""
        return self.transport in ("ws", "wss")


#: Extension, and its registration before and after a change.
Change = tuple[str, Registration | None, Registration | None]
OnChange = Callable[[Change], None]


def leads_to_page(event: SwitchEvent) -> bool:
    """Whether the event's leg is that of a phone in a page: we called it there, or it called from there."""
    return "transport=ws" in event.variable("sip_destination_url") or event.variable(
        "sip_via_protocol"
    ) in ("ws", "wss")


class Registrations:
    """`take` gets the switch's events, in their order; `ask` runs an api command. `known`: the switch has
    said who is registered."""

    def __init__(self, *, profile: str, clock: Clock, ask: Callable[[str], str]) -> None:
        self._profile = profile
        self._clock = clock
        self._ask = ask
        self.known = False
        self._present: dict[str, Registration] = {}
        self._on_change: OnChange = lambda change: None

    def follow(self, on_change: OnChange) -> None:
        self._on_change = on_change

    def find(self, extension: str) -> Registration | None:
        return self._present.get(extension)

    def in_page(self, extension: str) -> bool:
        """Whether the phone there is one in a browser page."""
        found = self.find(extension)
        return found is not None and found.page

    def look(self) -> list[Change]:
        """Compare with the switch: what is different, of which nobody was told. Raises SwitchError when
        the link is lost."""
        try:
            answer = self._ask(f"sofia xmlstatus profile {self._profile} reg")
        except CommandRefused:
            return []
        if "<registrations>" not in answer:
            return []  # a switch without this profile: its phones are nobody's here
        self.known = True
        found = [self._listed(dict(_FIELD.findall(entry))) for entry in _ENTRY.findall(answer)]
        gone = self._present.keys() - {one.extension for one in found}
        changes = [self._keep(registration) for registration in found]
        changes += [self._lose(extension) for extension in gone]
        return [change for change in changes if change is not None]

    def _listed(self, fields: dict[str, str]) -> Registration:
        return _registration(
            fields.get("user", "").partition("@")[0],
            fields.get("call-id", ""),
            html.unescape(fields.get("contact", "")),
            fields.get("status", ""),
            self._clock.now(),
        )

    def take(self, event: SwitchEvent) -> None:
        if event.get("profile-name") != self._profile:
            return
        if event.subclass == "sofia::register":
            change = self._keep(
                _registration(
                    event.get("to-user") or event.get("from-user"),
                    event.get("call-id"),
                    event.get("contact"),
                    event.get("status"),
                    event.timestamp,
                )
            )
            if change is not None:
                self._on_change(change)
        elif event.subclass in REGISTRATION_EVENTS:
            extension = event.get("from-user") or event.get("user")
            present = self._present.get(extension)
            if present is not None and present.call_id == event.get("call-id"):
                self._on_change(self._lose(extension))

    def _keep(self, new: Registration) -> Change | None:
        before = self._present.get(new.extension)
        if before is not None and before.contact == new.contact:
            # Renewed, or by another connection of the same phone.
            new = Registration(
                extension=new.extension,
                call_id=new.call_id,
                contact=new.contact,
                transport=new.transport,
                since=before.since,
            )
        self._present[new.extension] = new
        if before is not None and before.contact == new.contact:
            return None
        return new.extension, before, new

    def _lose(self, extension: str) -> Change:
        return extension, self._present.pop(extension), None


def _registration(
    extension: str, call_id: str, contact: str, status: str, since: float
) -> Registration:
    named, by = _CONTACT.search(contact), _TRANSPORT.search(status)
    return Registration(
        extension=extension,
        call_id=call_id,
        contact=contact if named is None else named[1],
        transport="" if by is None else by[1].lower(),
        since=since,
    )
