"""An agent's phone asks on its second line while Tandem is dead and back, on a real FreeSWITCH."""

import gevent
import pytest

from controller.domain.words import EndedBy
from tests.hostile.live import come_back, die
from tests.story.acts import together
from tests.story.stage import CUSTOMER
from tests.story.test_second_line import asking, ends_with_the_second, give, heard, line_of

pytestmark = pytest.mark.live


def test_killed_and_back_the_phone_goes_on_asking_and_gives_the_customer(stage):
    i = asking(stage)
    die(stage)
    gevent.sleep(0.5)
    come_back(stage)
    heard(stage, i, "1002")
    give(stage, i, hangs_up=True)
    ends_with_the_second(stage, i)


def test_a_customer_who_was_given_away_meanwhile_is_found_with_whom_he_has(stage):
    i = asking(stage)
    first, second = stage.find(i).segments[0].leg, line_of(stage, i)
    order = stage.refer_to(second)
    with stage.switch.probe() as probe:
        die(stage)
        probe.subscribe("CHANNEL_BRIDGE")
        probe.api(f"uuid_setvar {first} fs_send_unsupported_info true")
        probe.api(f"uuid_send_info {first} {order}")
        probe.wait_leg("CHANNEL_BRIDGE", i)
    come_back(stage)
    stage.until(lambda x: x.consult is None and x.segment is not None and x.segment.connected_at)
    together(stage, i, "1002")
    stage.hangs_up(i, CUSTOMER)
    done = stage.settle()
    assert done.segments[0].ended_by in (EndedBy.TRANSFER, EndedBy.LOST)
    assert done.segments[1].ended_by is EndedBy.CUSTOMER
    stage.nothing_left()
