from controller.lab import Caller, Dialplan, LabSwitch
from controller.lab.dialplan import inline_steps
from tests.conformance.client import connect


def test_an_unattended_caller_goes_to_the_fallback():
    plan = Dialplan(dead_man_seconds=1, announcement="silence_stream://100")
    with LabSwitch(dialplan=plan) as lab:
        call = lab.dial(Caller(number="1", did="2"))
        call.wait_for("ended")
        assert call.heard == ["silence_stream://100"]
        assert call.cause == "NORMAL_TEMPORARY_FAILURE"


def test_a_deleted_timer_leaves_him_parked():
    with LabSwitch(dialplan=Dialplan(dead_man_seconds=1)) as lab:
        client = connect(lab.host, lab.port, lab.password)
        call = lab.dial(Caller(number="1", did="2"))
        call.wait_for("parked")
        assert client.api(f"sched_del {call.uuid}") == "+OK Deleted: 1\n"
        client.drain(1.3)
        assert call.cause is None
        client.close()


def test_inline_applications():
    assert inline_steps("set:a=b,park") == [("set", "a=b"), ("park", "")]
    assert inline_steps("m:^:set:a=b,c^park") == [("set", "a=b,c"), ("park", "")]
