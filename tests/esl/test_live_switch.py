"""What our builders write, read back from a real FreeSWITCH."""

import json
from uuid import uuid4

import pytest

from controller.adapters.esl import commands
from controller.adapters.esl.link import SwitchLink
from controller.errors import CommandRefused, LegGone, WrongPassword
from tests.esl.test_commands import NASTY

pytestmark = pytest.mark.live
VALUES = {"x_nasty": NASTY, "x_quote": "'", "x_spaces": " p  q ", "x_slash": "\\", "x_two": "';'"}


@pytest.fixture
def link(live_switch):
    it = SwitchLink(
        host="127.0.0.1",
        port=live_switch.port,
        password=live_switch.password,
        on_event=lambda event: None,
    )
    it.start()
    assert it.wait_up(20)
    yield it
    it.stop()


@pytest.fixture
def leg(link):
    uuid = str(uuid4())
    variables = {"origination_uuid": uuid, **VALUES}
    link.bgapi(commands.originate("loopback/park/default/XML", variables), 10)
    yield uuid
    if link.api(f"uuid_exists {uuid}") == "true":
        link.api(f"uuid_kill {uuid}")


@pytest.mark.parametrize("name", VALUES)
def test_originate_variables_arrive_as_they_were(link, leg, name):
    assert link.api(f"uuid_getvar {leg} {name}") == VALUES[name]


@pytest.mark.parametrize(
    "name", ["Zoë O'Brien (sales), 张三", "a b  'c' \\s &park() x", NASTY.replace("\t", "")]
)
def test_the_caller_that_a_phone_shows_arrives_as_he_was(link, name):
    uuid = str(uuid4())
    settings = {"origination_uuid": uuid}
    link.bgapi(
        commands.originate(
            "loopback/park/default/XML", settings, caller=(name, "+49 30'1"), limit_s=5
        ),
        10,
    )
    said = json.loads(link.api(f"uuid_dump {uuid} json"))
    link.api(f"uuid_kill {uuid}")
    assert said["Caller-Orig-Caller-ID-Name"] == name
    assert said["Caller-Orig-Caller-ID-Number"] == "+49 30'1"


def test_setvars_arrive_as_they_were_and_an_empty_value_unsets(link, leg):
    link.api(commands.setvars(leg, {f"y_{name}": value for name, value in VALUES.items()}))
    for name, value in VALUES.items():
        assert link.api(f"uuid_getvar {leg} y_{name}") == value
    link.api(commands.setvars(leg, {"y_x_quote": ""}))
    assert link.api(f"uuid_getvar {leg} y_x_quote") == "_undef_"


def test_an_argument_with_newlines_stays_an_argument(link, leg):
    event = link.execute(leg, "set", "z=one\n\ncall-command: hangup\n\n", 5)
    assert event.variable("z") == "one\n\ncall-command: hangup\n\n"
    assert link.api(f"uuid_exists {leg}") == "true"


def test_a_hangup_ends_an_execute(link, leg):
    link.execute_nowait(leg, "sleep", "200")
    killer = link.bgapi_nowait(f"uuid_kill {leg}")
    assert killer
    with pytest.raises(LegGone):
        link.execute(leg, "sleep", "20000", 10)


def test_a_refused_originate_gives_the_cause(link):
    with pytest.raises(CommandRefused, match="USER_BUSY"):
        link.bgapi("originate error/USER_BUSY &park()", 10)


def test_a_wrong_password_is_known_by_its_own_error(live_switch):
    from controller.adapters.esl.connection import EslConnection

    with pytest.raises(WrongPassword):
        EslConnection("127.0.0.1", live_switch.port, "wrong").connect()
