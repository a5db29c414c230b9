"""Two switches behind one face: the lab, and a real FreeSWITCH with SIPp for people."""

import socket
import uuid
from pathlib import Path
from typing import Protocol

import gevent

from controller.lab import Caller, HangUp, LabSwitch, Phone, Settings, Wait
from controller.provisioning import DirectoryEntry
from tests.conformance.client import Client, connect
from tests.live.freeswitch import FreeSwitch
from tests.live.ports import HOST
from tests.live.sipp import Sipp


class Bench(Protocol):
    """What a conformance test may do to a switch."""

    kind: str

    def client(self) -> Client: ...
    def raw(self) -> Client: ...
    def dial(self, client: Client, *, abandon: float = 0.0) -> str:
        """A caller who is parked by the dialplan; he gives up after `abandon` s, if given."""
        ...

    def phone(self, *, after: float = 0.3, how: str = "answers", talk: float = 30.0) -> str: ...
    def press(self, client: Client, leg: str, keys: str) -> None: ...
    def folder(self) -> Path: ...


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

    def press(self, client: Client, leg: str, keys: str) -> None:
        self.lab.legs[leg].press(keys)


class FreeSwitchBench:
    """A real FreeSWITCH with the project's configuration; SIPp plays carrier and phones."""

    kind = "freeswitch"

    def __init__(self, switch: FreeSwitch, sipp: Sipp, folder: Path) -> None:
        self._switch = switch
        self._sipp = sipp
        self._folder = folder

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
        phone = self._sipp.phone(f"phone_{how}", ring=after, talk=talk)
        _wait_until_bound(phone.port)
        return f"sofia/agents/sip:1001@{phone.address}"

    def press(self, client: Client, leg: str, keys: str) -> None:
        assert client.api(f"uuid_recv_dtmf {leg} {keys}").startswith("+OK")


def _wait_until_bound(port: int) -> None:
    """Until SIPp holds its port, which it tells nobody: a call before that would be refused."""
    with gevent.Timeout(5.0, TimeoutError("SIPp does not listen")):
        while True:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
                try:
                    probe.bind((HOST, port))
                except OSError:
                    return
            gevent.sleep(0.02)


AGENTS = (DirectoryEntry(extension="1001", name="Agent", password="phones-password-1001"),)
