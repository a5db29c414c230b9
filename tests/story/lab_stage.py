"""The stage on the lab switch."""

from collections.abc import Mapping
from pathlib import Path

from controller.bootstrap import Tandem
from controller.config import Config, HttpConfig, SwitchConfig
from controller.lab.callers import Caller as LabCaller
from controller.lab.callers import HangUp as HangsUp
from controller.lab.callers import LabCall, Press, Step, Wait, WaitForPrompt
from controller.lab.phones import LabPhone as LabPhoneThere
from controller.lab.phones import Phone as LabPhone
from tests.story.stage import Call, Caller, Hearing, Line, Phone, Stage


class _LabCall(Call):
    def __init__(self, call: LabCall) -> None:
        self._call = call

    def wait_over(self, timeout: float = 30.0) -> None:
        assert self._call.ended.wait(timeout), f"the caller is still there after {timeout} s"


class LabStage(Stage):
    @classmethod
    def open(cls, folder: Path, flows: Path | None = None) -> "LabStage":
        """`flows`: where they are, if not in `folder`."""
        tandem = Tandem(
            Config(
                data=folder / "data",
                flows_dir=flows or folder / "flows",
                http=HttpConfig(port=0),
                switch=SwitchConfig(outbound="sofia/gateway/trunk/"),
                fs={
                    "gateways": [{"name": "trunk", "proxy": "127.0.0.1:5090"}],
                    "outbound_prefixes": ["8610"],
                },
            )
        )
        tandem.start()
        return cls(tandem)

    def close(self) -> None:
        self.tandem.stop()

    def dial(self, caller: Caller) -> Call:
        script: list[Step] = []
        if caller.keys:
            script += [WaitForPrompt(), Wait(caller.press_after), Press(caller.keys)]
        script += [Wait(caller.stay - (caller.press_after if caller.keys else 0)), HangsUp()]
        assert self.tandem.lab is not None
        return _LabCall(
            self.tandem.lab.dial(
                LabCaller(number=caller.address, name=caller.name, did=caller.number, script=script)
            )
        )

    def add_phone(self, phone: Phone) -> None:
        assert self.tandem.lab is not None
        silent = phone.ignores or phone.afar
        self.tandem.lab.add_phone(
            LabPhone(
                extension=phone.extension,
                answer_after=None if phone.rejects or silent else phone.ring,
                reject="CALL_REJECTED" if phone.rejects else "",
                ignore=silent,
                unregistered=not phone.registered,
                drop_after=None if phone.page else phone.talk,
                page=phone.page,
            )
        )

    def _page(self, extension: str) -> LabPhoneThere:
        assert self.tandem.lab is not None
        return self.tandem.lab.exchange.phones[extension]

    def vanishes(self, extension: str) -> None:
        self._page(extension).vanish()

    def freezes(self, extension: str) -> None:
        self._page(extension).freeze()

    def closes(self, extension: str) -> None:
        self._page(extension).close()

    def opens(self, extension: str) -> None:
        self._page(extension).register()

    def marks(self, extension: str) -> list[tuple[str, str]]:
        return [
            (
                variables.get("sip_h_X-Tandem-Interaction", ""),
                variables.get("sip_h_X-Tandem-Answer", ""),
            )
            for variables in self._page(extension).invited
        ]

    def tell(self, leg: str, order: str) -> None:
        assert self.tandem.lab is not None
        phone = self.tandem.lab.exchange.phone_of(self.tandem.lab.legs[leg])
        if phone is not None:
            phone.obey(order, self.tandem.lab.legs[leg])
        else:
            assert order == "bye", "a caller can but hang up"
            self.tandem.lab.legs[leg].hang_up("NORMAL_CLEARING")

    def add_line(self, line: Line, hz: int) -> None:
        assert self.tandem.lab is not None
        phone = self.tandem.lab.add_trunk_number(
            line.number, line.ring, reject="USER_BUSY" if line.rejects else ""
        )
        if line.ignores:
            phone.configure(LabPhone(extension=line.number, ignore=True))

    def hearing(self, legs: Mapping[str, str]) -> Hearing:
        lab = self.tandem.lab
        assert lab is not None
        heard = {name: lab.hearers(leg) if leg in lab.legs else set() for name, leg in legs.items()}
        return {
            listener: {name for name, hearers in heard.items() if leg in hearers}
            for listener, leg in legs.items()
        }

    def joins(self, leg: str, second: str, *, hangs_up: bool = False) -> None:
        assert self.tandem.lab is not None
        legs = self.tandem.lab.legs
        phone = self.tandem.lab.exchange.phone_of(legs[leg])
        assert phone is not None
        call = legs[leg]
        phone.join(call, legs[second])
        if hangs_up:
            call.hang_up("NORMAL_CLEARING")

    def refers_in_vain(self, leg: str) -> None:
        """The switch refuses, and tells its clients nothing."""

    def dials(self, extension: str, number: str) -> None:
        assert self.tandem.lab is not None
        self.tandem.lab.exchange.phones[extension].dial(number)

    def legs(self) -> int:
        assert self.tandem.lab is not None
        return len(self.tandem.lab.core.legs)

    @property
    def hears(self) -> bool:
        return False
