"""The stage on a real FreeSWITCH, with SIPp as carrier and as phones."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import gevent
import pytest
from pydantic import SecretStr

from controller.bootstrap import Tandem
from controller.config import Config, HttpConfig, SwitchConfig
from controller.errors import CommandRefused
from tests.live.ear import Ear
from tests.live.freeswitch import FreeSwitch, gateway_port
from tests.live.pcap import write_caller
from tests.live.ports import await_taken
from tests.live.sipp import Sipp, SippCall
from tests.live.tones import AGENT_HZ, CALLER_HZ
from tests.live.webphone import Message, WebPhone
from tests.live.wire import listen, tones_in
from tests.story.stage import TONES, Call, Caller, Hearing, Line, Phone, Stage, off_hub

#: Seconds of sound by which it is told who hears whom.
LISTEN_S = 0.4


class _SippCall(Call):
    def __init__(self, call: SippCall) -> None:
        self._call = call

    def wait_over(self, timeout: float = 30.0) -> None:
        off_hub(self._call.wait, timeout)

    def listen(self) -> Ear:
        return Ear(self._call.media_port).start()


class LiveStage(Stage):
    switch: FreeSwitch
    sipp: Sipp
    folder: Path
    _password: str
    _pages: dict[str, tuple[Phone, list[WebPhone]]]

    @classmethod
    def open(
        cls,
        folder: Path,
        switch: FreeSwitch,
        sipp: Sipp,
        password: str,
        *,
        flows: Path | None = None,
        esl_port: int | None = None,
        database: str | None = None,
        http: HttpConfig | None = None,
        phone_url: str | None = None,
    ) -> "LiveStage":
        """`password`: that of the phones, with {} for the extension. `flows`: where they are, if not in
        `folder`. `esl_port`: of a way round. `phone_url`: of a proxy before the switch."""
        esl = switch.settings.esl
        config = Config(
            database=database,
            data=folder / "data",
            flows_dir=flows or folder / "flows",
            recordings_dir=switch.settings.recordings_dir,
            http=http or HttpConfig(port=0),
            switch=SwitchConfig(
                kind="freeswitch",
                host=str(esl.host),
                port=esl_port or esl.port,
                password=SecretStr(switch.password),
                outbound="sofia/gateway/trunk/",
                phone_url=phone_url or f"ws://{switch.settings.ws_bind}",
            ),
            demo=False,
            fs={
                "gateways": [{"name": "trunk", "proxy": switch.settings.gateways[0].proxy}],
                "outbound_prefixes": list(switch.settings.outbound_prefixes),
            },
        )
        tandem = Tandem(config)
        tandem.start()
        stage = cls(tandem)
        stage.switch, stage.sipp, stage.folder = switch, sipp, folder
        stage._password = password
        stage._pages = {}
        assert tandem.switch.link.wait_up(10), tandem.switch.link.problem
        return stage

    def restart(self, away_s: float) -> None:
        """Tandem stops, and another begins where it was, with the calls that live on."""
        config = self.tandem.config
        self.tandem.stop()
        gevent.sleep(away_s)
        self.tandem = Tandem(config)
        self.tandem.publisher.subscribe("stage", self._take)
        self.tandem.start()
        assert self.tandem.switch.link.wait_up(10), self.tandem.switch.link.problem

    def close(self) -> None:
        self.sipp.stop()
        for _, loaded in self._pages.values():
            for page in loaded:
                page.vanish()
        self.tandem.stop()

    def dial(self, caller: Caller) -> Call:
        pcap = None
        if caller.keys:
            pcap = write_caller(
                self.folder / f"caller-{len(self.history)}.pcap",
                hz=CALLER_HZ,
                seconds=caller.stay + 5,
                keys=caller.keys,
                press_after=caller.press_after,
            )
        return _SippCall(
            self.sipp.call(
                self.switch.carrier,
                caller.number,
                from_name=caller.name,
                from_number=caller.address,
                talk=caller.stay,
                pcap=pcap,
            )
        )

    def add_phone(self, phone: Phone) -> None:
        if phone.page:
            self._pages[phone.extension] = (phone, [])
        if not phone.registered:
            return
        if phone.page:
            self.opens(phone.extension)
            return
        scenario = "phone_answers"
        if phone.rejects:
            scenario = "phone_rejects"
        elif phone.ignores:
            scenario = "phone_ignores"
        elif phone.afar:
            scenario = "phone_remote"
        elif phone.obeys:
            scenario = "phone_obeys"
        off_hub(
            self.sipp.agent_phone,
            self.switch.agents_side,
            phone.extension,
            self._password.format(phone.extension),
            scenario,
            ring=phone.ring,
            talk=phone.talk,
            hz=TONES.get(phone.extension, AGENT_HZ),
        )
        off_hub(self.switch.await_phone, phone.extension)

    def opens(self, extension: str) -> None:
        phone, loaded = self._pages[extension]

        def answers(invite: Message) -> float | None:
            return 0.05 if invite.get("x-tandem-answer") == "auto" else phone.ring

        address, password = str(self.switch.settings.ws_bind), self._password.format(extension)
        loaded.append(off_hub(WebPhone, address, extension, password, answers=answers))

    def vanishes(self, extension: str) -> None:
        off_hub(self._pages[extension][1][-1].vanish)

    def freezes(self, extension: str) -> None:
        self._pages[extension][1][-1].freeze()

    def closes(self, extension: str) -> None:
        off_hub(self._pages[extension][1][-1].leave)

    def marks(self, extension: str) -> list[tuple[str, str]]:
        invites = [call.invite for call in self._pages[extension][1][-1].calls]
        return [(x.get("x-tandem-interaction"), x.get("x-tandem-answer")) for x in invites]

    def tell(self, leg: str, order: str) -> None:
        link = self.tandem.switch.link
        link.api(f"uuid_setvar {leg} fs_send_unsupported_info true")
        link.api(f"uuid_send_info {leg} {order}")

    def add_line(self, line: Line, hz: int) -> None:
        scenario = "phone_obeys"
        if line.rejects:
            scenario = "phone_rejects"
        elif line.ignores:
            scenario = "phone_ignores"
        port = gateway_port(self.switch.settings)
        off_hub(self.sipp.phone, scenario, ring=line.ring, talk=60.0, hz=hz, port=port)
        await_taken(port)

    def hearing(self, legs: Mapping[str, str]) -> Hearing:
        ports = {}
        for name, leg in legs.items():
            with suppress(CommandRefused):  # he has just hung up
                port = self.tandem.switch.link.api(f"uuid_getvar {leg} local_media_port")
                ports[name] = int(port)
        try:
            sounds = off_hub(listen, ports, LISTEN_S)
        except PermissionError:
            pytest.skip("no raw sockets: who hears whom cannot be told")
        heard = {name: tones_in(sound, TONES.values()) for name, sound in sounds.items()}
        return {name: {who for who, hz in TONES.items() if hz in heard[name]} for name in ports}

    def joins(self, leg: str, second: str, *, hangs_up: bool = False) -> None:
        self.tell(leg, self.refer_to(second) + ("!" if hangs_up else ""))

    def refer_to(self, second: str) -> str:
        """The order to a phone to bring whom it holds together with the partner of this leg."""
        api = self.tandem.switch.link.api
        names = ("sip_call_id", "sip_to_tag", "sip_from_tag", "direction")
        call, to, origin, way = (api(f"uuid_getvar {second} {name}").strip() for name in names)
        return _replacing(call, *((to, origin) if way == "inbound" else (origin, to)))

    def refers_in_vain(self, leg: str) -> None:
        self.tell(leg, _replacing("nosuch", "1", "2"))

    def dials(self, extension: str, number: str) -> None:
        password = self._password.format(extension)
        off_hub(self.sipp.dials, self.switch.agents_side, extension, password, number)

    def legs(self) -> int:
        """The switch keeps its list by SQL statements in a queue: a leg that has ended goes a little
        later, and no event says when."""
        for _ in range(60):
            found = int(self.tandem.switch.link.api("show channels count").split()[0])
            if found == 0:
                break
            gevent.sleep(0.05)
        return found

    @property
    def hears(self) -> bool:
        return True


def _replacing(call: str, to: str, origin: str) -> str:
    return f"<sip:asked@tandem?Replaces={call}%3Bto-tag%3D{to}%3Bfrom-tag%3D{origin}>"
