"""`tandem agent transfer`, `consult`, `call` and the like, and `tandem supervise`: over real HTTP."""

from functools import partial

import gevent
import pytest
from click.testing import CliRunner
from structlog.testing import capture_logs

from console.server import serve
from controller.cli_agent import agent
from controller.cli_supervise import supervise
from controller.domain.alarms import Metric, Threshold
from controller.domain.catalogue import QueueSettings


@pytest.fixture
def run(app, centre):
    """Runs a group's command beside the server, with a token of its own, in a thread of its own."""
    server = serve(app, "127.0.0.1", 0)

    def run(group, token, *words):
        env = {
            "TANDEM_URL": f"http://127.0.0.1:{server.server_port}",
            "TANDEM_TOKEN": token,
            "HOME": str(centre.recordings_dir),
        }
        work = partial(CliRunner().invoke, group, words, env=env)
        with capture_logs():  # the runner takes the whole process's stdout, the server's log too
            result = gevent.get_hub().threadpool.apply(work)
        centre.settle()
        return result

    yield run
    server.stop(timeout=1)


@pytest.fixture
def ann(run, centre):
    return partial(run, agent, centre.token("agent", "ann"))


@pytest.fixture
def bob(run, centre):
    return partial(run, agent, centre.token("agent", "bob"))


@pytest.fixture
def boss(run, centre):
    return partial(run, supervise, centre.token("supervisor", "bob"))


def done(result):
    assert result.exit_code == 0, result.output
    return result.output


def test_transfer_to_an_agent_a_queue_a_number(ann, bob, centre):
    centre.connected("c1", "ann")
    refused = ann("transfer", "agent", "bob")
    assert refused.exit_code == 3
    assert "not signed in" in refused.output
    done(bob("sign-in"))
    done(ann("transfer", "agent", "bob", "--wait", "9"))
    assert centre.now("c1").offer.agent == "bob"
    done(bob("accept"))
    done(ann("wrap-up", "end"))
    done(ann("status", "on_break"))
    centre.catalogue.put(QueueSettings(id="support", name="Support", max_length=0))
    assert bob("transfer", "queue", "support").exit_code == 3
    assert "queued" in done(bob("transfer", "queue", "support", "--anyway"))


def test_transfer_to_a_number(ann, centre):
    centre.connected("c1", "ann")
    assert ann("transfer", "number", "+1900").exit_code == 3
    assert "diverted" in done(ann("transfer", "number", "+49 30 1234"))


def test_a_consult_from_asking_to_the_three_and_the_end(ann, bob, centre):
    centre.connected("c1", "ann")
    done(bob("sign-in"))
    assert "asks bob: ringing" in done(ann("consult", "queue", "sales"))
    done(ann("consult", "cancel"))
    done(ann("consult", "agent", "bob"))
    centre.medium.answer(centre.now("c1").consult.leg)
    centre.settle()
    assert "asks bob: aside" in done(ann("consult", "swap"))
    assert "asks bob: joined" in done(ann("consult", "join"))
    assert "ann: wrap_up" in done(ann("consult", "complete"))
    assert centre.now("c1").segment.agent == "bob"
    assert "ended" in done(bob("hang-up"))


def test_who_was_consulted_hangs_up_without_naming_anything(ann, bob, centre):
    centre.connected("c1", "ann")
    done(bob("sign-in"))
    done(ann("consult", "agent", "bob"))
    centre.medium.answer(centre.now("c1").consult.leg)
    centre.settle()
    assert "ann: talking" in done(bob("hang-up"))


def test_a_call_of_his_own(ann, centre):
    done(ann("sign-in", "--status", "on_break"))
    assert "voice to +49301234" in done(ann("call", "+49 30 1234", "--queue", "sales"))
    assert "ended" in done(ann("hang-up"))


def test_the_recording_is_paused_and_resumed(ann, centre):
    centre.connected("c1", "ann")
    done(ann("recording", "pause"))
    assert centre.now("c1").recordings[0].paused
    done(ann("recording", "resume"))
    assert not centre.now("c1").recordings[0].paused


def test_wrap_up_is_extended(ann, centre):
    centre.catalogue.put(QueueSettings(id="sales", name="Sales", wrap_up_extension_s=60))
    centre.connected("c1", "ann")
    done(ann("hang-up"))
    done(ann("wrap-up", "extend", "20"))
    segment = centre.now("c1").segments[0]
    assert segment.wrap_up_until == segment.ended_at + 50
    assert ann("wrap-up", "extend", "0").exit_code == 2


def test_a_status_after_this_one_or_now(ann, centre):
    centre.connected("c1", "ann")
    told = done(ann("status", "on_break", "--reason", "lunch"))
    assert "ann: available" in told
    assert "on_break (lunch) after this" in told
    assert "ann: on_break" in done(ann("status", "on_break", "--now"))
    assert "offline after this" in done(ann("sign-out"))
    assert "ann: offline" in done(ann("sign-out", "--now"))


def test_the_directory(ann):
    told = done(ann("directory"))
    assert "bob" in told
    assert "sold, lost" in told


def test_supervising_from_listening_to_taking_over(boss, centre):
    centre.connected("c1", "ann")
    assert "bob supervises: phone rings" in done(boss("listen", "c1"))
    centre.medium.answer(centre.now("c1").monitors[0].leg)
    centre.settle()
    assert "bob supervises: whisper" in done(boss("whisper", "c1"))
    assert "bob supervises: barge" in done(boss("barge", "c1"))
    assert "supervises" not in done(boss("stop", "c1"))
    done(boss("listen", "c1"))
    assert boss("take-over", "c1").exit_code == 3
    centre.medium.answer(centre.now("c1").monitors[0].leg)
    centre.settle()
    done(boss("take-over", "c1"))
    assert centre.now("c1").segment.agent == "bob"


def test_an_agent_supervises_nobody(run, centre):
    centre.connected("c1", "ann")
    result = run(supervise, centre.token("agent", "bob"), "listen", "c1")
    assert result.exit_code == 4


def test_supervise_steers_who_waits(centre, boss):
    centre.catalogue.put(QueueSettings(id="support", name="Support"))
    centre.arrive("c1")
    assert "priority 5" in boss("prioritise", "c1", "5").output
    assert "priority -5" in boss("prioritise", "c1", "--", "-5").output
    assert "waits in support" in boss("move", "c1", "support").output
    refused = boss("assign", "c1", "ann")
    assert refused.exit_code == 3 and "ann is not signed in" in refused.output
    centre.available("bob")
    assert "kept for bob until" in boss("assign", "c1", "me", "--wait", "60").output
    assert centre.now("c1").offer.agent == "bob"


def test_alarms_are_listed_and_acknowledged(run, centre):
    boss = partial(run, supervise, centre.token("supervisor"))
    centre.alarms.arrange([Threshold(id="many", metric=Metric.WAITING, above=3.0, clear=2.0)])
    centre.alarms.observe({"sales": {Metric.WAITING: 4}})
    assert "many@sales  waiting  4" in boss("alarms").output
    assert boss("acknowledge", "many@sales").output == "many@sales: acknowledged by supervisor\n"
    assert centre.alarms.find("many@sales").acknowledged_by == "supervisor"
    refused = boss("acknowledge", "few@sales")
    assert refused.exit_code != 0 and "no alarm few@sales rings" in refused.output
