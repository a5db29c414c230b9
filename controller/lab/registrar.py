"""Who is registered with the lab's profile `agents`, and the events and the list that tell of it.

A phone in a page makes up a new contact each time it is loaded. When its connection is gone, so is its
registration, at once; its calls live on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import uuid4
from xml.sax.saxutils import escape

from controller.lab.core import Core

PROFILE, DOMAIN = "agents", "tandem"


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """`page`: over a WebSocket."""

    extension: str
    page: bool
    call_id: str
    host: str

    @property
    def uri(self) -> str:
        """What is dialled there."""
        transport = "ws" if self.page else "udp"
        return f"sip:{self.extension}@{self.host};transport={transport}"

    @property
    def contact(self) -> str:
        return f'"" <{self.uri}>'

    @property
    def status(self) -> str:
        return "Registered(WS-NAT)" if self.page else "Registered(UDP)"


def register(core: Core, extension: str, *, page: bool) -> Registered:
    """A phone registers, with a contact of its own."""
    host = f"{uuid4().hex[:12]}.invalid" if page else f"{core.settings.address}:5060"
    new = Registered(extension=extension, page=page, call_id=str(uuid4()), host=host)
    details = {
        "presence-hosts": "n/a",
        "contact": new.contact,
        "rpid": "unknown",
        "status": new.status,
        "expires": "60",
        "to-user": extension,
        "to-host": DOMAIN,
        "username": extension,
        "realm": DOMAIN,
    }
    _tell(core, "sofia::register", new, details)
    return new


def unregister(core: Core, gone: Registered, *, cut: bool) -> None:
    """`cut`: its connection is gone; else the phone has said so."""
    details = {"reason": "socket-disconnection"} if cut else {"contact": gone.contact}
    _tell(core, "sofia::unregister", gone, {"rpid": "unknown", **details})


def _tell(core: Core, subclass: str, who: Registered, details: dict[str, str]) -> None:
    headers = {
        "Event-Subclass": subclass,
        "profile-name": PROFILE,
        "from-user": who.extension,
        "from-host": DOMAIN,
        "call-id": who.call_id,
        **details,
    }
    core.bus.fire("CUSTOM", headers)


def xmlstatus(profile: str, registered: Iterable[Registered]) -> str:
    """`sofia xmlstatus profile NAME reg`."""
    if profile != PROFILE:
        return "Invalid Profile!\n"
    entries = "".join(_entry(one) for one in registered)
    return (
        '<?xml version="1.0" encoding="ISO-8859-1"?>\n<profile>\n  <registrations>\n'
        f"{entries}  </registrations>\n</profile>\n"
    )


def _entry(one: Registered) -> str:
    fields = {
        "call-id": one.call_id,
        "user": f"{one.extension}@{DOMAIN}",
        "contact": one.contact,
        "agent": "unknown",
        "status": f"{one.status}(unknown) exp(2030-01-01 00:00:00) expsecs(60)",
        "host": "lab",
        "sip-auth-user": one.extension,
        "sip-auth-realm": DOMAIN,
    }
    lines = "".join(
        f"        <{name}>{escape(value, {chr(34): '&quot;'})}</{name}>\n"
        for name, value in fields.items()
    )
    return f"    <registration>\n{lines}    </registration>\n"
