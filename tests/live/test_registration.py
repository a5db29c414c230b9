"""An extension has one phone: the one that registered last."""

from tests.live.fixtures import PASSWORD
from tests.live.freeswitch import FreeSwitch
from tests.live.ports import HOST, free_ports
from tests.live.probe import EslProbe
from tests.live.sipp import Sipp


def test_a_phone_that_restarts_takes_its_extension_back_at_once(
    freeswitch: FreeSwitch, probe: EslProbe, sipp: Sipp
) -> None:
    for port in free_ports(3):
        # Earlier lives of the phone: none said goodbye, and their time is not over.
        gone = sipp.register(
            freeswitch.agents_side, "1001", PASSWORD.format("1001"), f"{HOST}:{port}"
        )
        assert gone.ok, gone
    phone = sipp.agent_phone(freeswitch.agents_side, "1001", PASSWORD.format("1001"))
    freeswitch.await_contact(phone.address)
    assert "Total items returned: 1" in probe.api("sofia status profile agents reg")
    reply = probe.api("originate {originate_timeout=5}sofia/agents/1001%tandem &park()")
    assert reply.startswith("+OK"), reply
    probe.api(f"uuid_kill {reply.split()[1]}")
    assert phone.wait().ok
