"""Two switches behind one face: the lab, and a real FreeSWITCH with SIPp for people."""

import uuid
from collections.abc import Mapping
from itertools import cycle
from pathlib import Path
from typing import Protocol

import pytest

from controller.lab import Caller, HangUp, LabSwitch, Phone, Settings, Wait
from controller.provisioning import DirectoryEntry
from tests.conformance.client import Client, connect
from tests.live.freeswitch import FreeSwitch
from tests.live.ports import HOST, await_taken
from tests.live.sipp import Sipp
from tests.live.webphone import WebPhone
from tests.live.wire import listen, tones_in

#: What the phones of a real switch speak, in turn, in Hz.
TONES = (1000, 1300, 1700)


class Page(Protocol):
    """A phone in a browser page."""

    def vanish(self) -> None:
        """Its connection is gone, and nobody said goodbye."""
        ...

    def freeze(self) -> None:
        """Nothing comes from it any more, and its connection stays open."""
        ...


class Bench(Protocol):
    """What a conformance test may do to a switch."""

    kind: str

    def client(self) -> Client: ...
    def raw(self) -> Client: ...
    def dial(self, client: Client, *, abandon: float = 0.0) -> str:
        """A caller who is parked by the dialplan; he gives up after `abandon` s, if given."""
        ...

    def phone(self, *, after: float = 0.3, how: str = "answers", talk: float = 30.0) -> str: ...
    def page(self, *, answers: bool = True) -> "Page":
        """Extension 1001 in a browser page, registered."""
        ...

    def dials(self, client: Client, number: str) -> str:
        """The phone of extension 1001 dials for itself: the leg, parked."""
        ...

    def tell(self, client: Client, leg: str, order: str) -> None:
        """A phone that obeys does it: `hold`, `resume`, `bye`, `<sip:...>` (a blind transfer)."""
        ...

    def join(self, client: Client, leg: str, second: str) -> None:
        """The phone of `leg` transfers whom it talks to there to whom `second` talks to."""
        ...

    def hearers(self, client: Client, speaker: str, legs: Mapping[str, str]) -> list[str]:
        """The names of those `legs` that hear the phone of leg `speaker`, sorted."""
        ...

    def press(self, client: Client, leg: str, keys: str) -> None: ...
    def folder(self) -> Path: ...


class _LabPage:
    """One page of several that may have the same extension; the last one's phone is in the exchange."""

    def __init__(self, lab: LabSwitch, phone: Phone) -> None:
        self._lab_phone = lab.add_phone(phone)

    def vanish(self) -> None:
        self._lab_phone.vanish()

    def freeze(self) -> None:
        self._lab_phone.freeze()


class LabBench:
    """The lab switch in this process."""

    kind = "lab"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.lab = LabSwitch(settings=Settings(heartbeat_seconds=20))
        self._calls: dict[str, object] = {}
        self._extensions = iter(range(2001, 2999))

    def folder(self) -> Path:
        return self._folder

    def raw(self) -> Client:
        return Client(self.lab.host, self.lab.port)

    def client(self) -> Client:
        return connect(self.lab.host, self.lab.port, self.lab.password)

    def dial(self, client: Client, *, abandon: float = 0.0) -> str:
        script = [Wait(abandon), HangUp()] if abandon else []
        call = self.lab.dial(Caller(number="13800000000", name="Caller", did="8000", script=script))
        client.wait_name("CHANNEL_PARK", call.uuid)
        return call.uuid

    def phone(self, *, after: float = 0.3, how: str = "answers", talk: float = 30.0) -> str:
        extension = str(next(self._extensions))
        rejects = "USER_BUSY" if how == "rejects" else ""
        ignores = how == "ignores"
        self.lab.add_phone(
            Phone(
                extension=extension,
                answer_after=None if ignores else after,
                reject=rejects,
                ignore=ignores,
                drop_after=talk,
            )
        )
        return f"sofia/agents/sip:{extension}@127.0.0.1:5060"

    def page(self, *, answers: bool = True) -> Page:
        after = 0.1 if answers else None
        return _LabPage(self.lab, Phone(extension="1001", page=True, answer_after=after))

    def dials(self, client: Client, number: str) -> str:
        leg = self.lab.add_phone(Phone(extension="1001")).dial(number)
        client.wait_name("CHANNEL_PARK", leg.uuid)
        return leg.uuid

    def tell(self, client: Client, leg: str, order: str) -> None:
        phone = self.lab.exchange.phone_of(self.lab.legs[leg])
        assert phone is not None
        phone.obey(order, self.lab.legs[leg])

    def join(self, client: Client, leg: str, second: str) -> None:
        phone = self.lab.exchange.phone_of(self.lab.legs[leg])
        assert phone is not None
        phone.join(self.lab.legs[leg], self.lab.legs[second])

    def hearers(self, client: Client, speaker: str, legs: Mapping[str, str]) -> list[str]:
        heard = self.lab.hearers(speaker)
        return sorted(name for name, leg in legs.items() if leg in heard)

    def press(self, client: Client, leg: str, keys: str) -> None:
        self.lab.legs[leg].press(keys)


class FreeSwitchBench:
    """A real FreeSWITCH with the project's configuration; SIPp plays carrier and phones."""

    kind = "freeswitch"

    def __init__(self, switch: FreeSwitch, sipp: Sipp, folder: Path) -> None:
        self._switch = switch
        self._sipp = sipp
        self._folder = folder
        self._tones = cycle(TONES)
        self._tone_of: dict[str, int] = {}
        self._pages: list[WebPhone] = []

    def folder(self) -> Path:
        return self._folder

    def raw(self) -> Client:
        return Client(HOST, self._switch.settings.esl.port)

    def client(self) -> Client:
        return connect(HOST, self._switch.settings.esl.port, self._switch.password)

    def dial(self, client: Client, *, abandon: float = 0.0) -> str:
        did = f"8000{uuid.uuid4().int % 100000:05d}"
        how = {"scenario": "carrier_abandons", "talk": abandon} if abandon else {"talk": 30.0}
        self._sipp.call(self._switch.carrier, did, **how)
        parked = client.wait(
            lambda e: (
                e["Event-Name"] == "CHANNEL_PARK" and e.get("Caller-Destination-Number") == did
            )
        )
        return parked["Unique-ID"]

    def phone(self, *, after: float = 0.3, how: str = "answers", talk: float = 30.0) -> str:
        hz = next(self._tones)
        phone = self._sipp.phone(f"phone_{how}", ring=after, talk=talk, hz=hz)
        await_taken(phone.port)
        self._tone_of[phone.address] = hz
        return f"sofia/agents/sip:1001@{phone.address}"

    def page(self, *, answers: bool = True) -> Page:
        agent, address = AGENTS[0], str(self._switch.settings.ws_bind)
        assert agent.password is not None
        page = WebPhone(
            address,
            agent.extension,
            agent.password,
            answers=lambda invite: 0.1 if answers else None,
        )
        self._pages.append(page)
        return page

    def close(self) -> None:
        for page in self._pages:
            page.vanish()

    def dials(self, client: Client, number: str) -> str:
        agent = AGENTS[0]
        self._sipp.dials(self._switch.agents_side, agent.extension, agent.password, number)
        parked = client.wait(
            lambda e: e["Event-Name"] == "CHANNEL_PARK" and e["Caller-Destination-Number"] == number
        )
        return parked["Unique-ID"]

    def tell(self, client: Client, leg: str, order: str) -> None:
        assert client.api(f"uuid_send_info {leg} {order}").startswith("+OK")

    def join(self, client: Client, leg: str, second: str) -> None:
        names = ("sip_call_id", "sip_to_tag", "sip_from_tag")
        call, to, origin = (client.api(f"uuid_getvar {second} {name}") for name in names)
        replaces = f"Replaces={call}%3Bto-tag%3D{to}%3Bfrom-tag%3D{origin}"
        self.tell(client, leg, f"<sip:x@tandem?{replaces}>")

    def hearers(self, client: Client, speaker: str, legs: Mapping[str, str]) -> list[str]:
        hz = self._tone_of[client.api(f"uuid_getvar {speaker} channel_name").rpartition("@")[2]]
        ports = {
            name: int(client.api(f"uuid_getvar {leg} local_media_port"))
            for name, leg in legs.items()
        }
        client.drain(0.3)  # what is under way with the old mode
        try:
            heard = listen(ports, 0.6)
        except PermissionError:
            pytest.skip("no raw sockets: who hears whom cannot be told")
        return sorted(name for name, sound in heard.items() if hz in tones_in(sound, TONES))

    def press(self, client: Client, leg: str, keys: str) -> None:
        assert client.api(f"uuid_recv_dtmf {leg} {keys}").startswith("+OK")


AGENTS = (DirectoryEntry(extension="1001", name="Agent", password="phones-password-1001"),)
