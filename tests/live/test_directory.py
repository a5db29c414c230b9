"""An agent made by API has a phone that FreeSWITCH lets in, and one removed is let in no more."""

from dataclasses import replace
from pathlib import Path

import pytest

from controller.bootstrap import Tandem
from controller.config import Config, HttpConfig, SwitchConfig
from controller.domain.catalogue import AgentProfile
from controller.errors import NotFound
from controller.provisioning import a1_hash
from tests.live.fixtures import StartSwitch
from tests.live.freeswitch import FreeSwitch
from tests.live.sipp import Sipp
from tests.story.live_stage import off_hub

pytestmark = pytest.mark.live

HOME = "127.0.0.1:6000"
PHONES = "sofia status profile agents reg"


def ended(event: dict[str, str]) -> bool:
    return event.get("Event-Subclass") == "sofia::expire" and event["user"] == "2001"


def serve_beside(switch: FreeSwitch, folder: Path) -> Tandem:
    """A Tandem that knows the folder of the switch's configuration, as in production."""
    return Tandem(
        Config(
            data=folder / "data",
            recordings_dir=switch.settings.recordings_dir,
            http=HttpConfig(port=0),
            switch=SwitchConfig(
                kind="freeswitch", port=switch.settings.esl.port, conf_dir=switch.conf
            ),
            fs=switch.raw_settings,
            demo=False,
        )
    )


def test_agents_phones_follow_the_agents(
    freeswitch_factory: StartSwitch, sipp: Sipp, tmp_path: Path
) -> None:
    switch = freeswitch_factory(agents=())
    tandem = serve_beside(switch, tmp_path)
    tandem.start()
    try:
        assert tandem.switch.link.wait_up(10), tandem.switch.link.problem
        profile = AgentProfile(
            id="2001",
            name="Zoë",
            extension="2001",
            a1_hash=a1_hash("2001", "tandem", "a-long-password"),
        )
        with switch.probe() as probe:
            probe.subscribe("RELOADXML")
            tandem.catalogue.put(profile)
            off_hub(probe.wait_named, "RELOADXML")
        assert off_hub(sipp.register, switch.agents_side, "2001", "a-long-password", HOME).ok

        with switch.probe() as probe:
            probe.subscribe("CUSTOM sofia::expire")
            tandem.catalogue.put(
                replace(profile, a1_hash=a1_hash("2001", "tandem", "another-password"))
            )
            off_hub(probe.wait_event, ended)
            assert "Total items returned: 0" in off_hub(probe.api, PHONES)
        old = off_hub(
            sipp.register, switch.agents_side, "2001", "a-long-password", HOME, expect=403
        )
        assert old.ok, old
        new = off_hub(sipp.register, switch.agents_side, "2001", "another-password", HOME)
        assert new.ok, new

        with switch.probe() as probe:
            probe.subscribe("RELOADXML")
            tandem.catalogue.remove(AgentProfile, "2001")
            off_hub(probe.wait_named, "RELOADXML")
        with pytest.raises(NotFound):
            tandem.catalogue.get(AgentProfile, "2001")
        refused = off_hub(
            sipp.register,
            switch.agents_side,
            "2001",
            "another-password",
            HOME,
            expect=403,
        )
        assert refused.ok, refused
    finally:
        tandem.stop()
