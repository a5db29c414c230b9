import pytest

from tests.esl.live_switch import LiveSwitch
from tests.esl.peer import Peer


@pytest.fixture
def peer():
    it = Peer()
    yield it
    it.close()


@pytest.fixture(scope="session")
def live_switch(tmp_path_factory):
    switch = LiveSwitch(tmp_path_factory.mktemp("freeswitch"))
    if switch.binary is None:
        pytest.skip("no FreeSWITCH: put it on PATH or name it by $FREESWITCH")
    switch.start()
    yield switch
    switch.stop()
