"""Who could take this now: over HTTP and from the shell."""

from functools import partial

import gevent
import pytest
from click.testing import CliRunner
from structlog.testing import capture_logs

from console.server import serve
from controller.cli_candidates import candidates_command
from controller.domain import commands as c
from controller.domain.agent import SetStatus, Status
from controller.domain.catalogue import AgentProfile, QueueSettings


def sales(centre, **settings):
    centre.catalogue.put(QueueSettings(id="sales", name="Sales", **settings))


def skilled(centre, agent, **skills):
    profile = centre.catalogue.get(AgentProfile, agent)
    centre.catalogue.put(
        AgentProfile(
            id=agent, name=agent, extension=profile.extension, queues=("sales",), skills=skills
        )
    )


def reasons(answer):
    return {p["agent"]: p["reason"] for p in answer["passed_over"]}


def test_one_who_waits_for_a_ring_is_told_of(centre, supervisor):
    sales(centre, skills={"english": 3}, rings=((20.0, {}),), target_s=10.0, strategy="best_skill")
    skilled(centre, "ann", english=1)
    centre.available("ann")
    centre.arrive("before")
    centre.clock.pass_(5)
    centre.arrive("c1")
    answer = supervisor.get("/interactions/c1/candidates").json
    assert (answer["waiting"], answer["queue"], answer["ahead"]) == (True, "sales", 1)
    assert (answer["rule"], answer["needs"], answer["kept_for"]) == (
        "best_skill",
        {"english": 3},
        None,
    )
    assert answer["eligible"] == [] and answer["slack_s"] == 10
    assert reasons(answer) == {"ann": "needs english 3, has 1"}
    assert answer["reasons"] == {"needs english 3, has 1": 1}
    assert answer["next_change"] is not None


def test_it_names_whom_the_offer_goes_to(centre, supervisor):
    sales(centre, skills={"english": 3}, rings=((20.0, {}),))
    for agent in ("bob", "ann"):
        skilled(centre, agent, english=1)
        centre.available(agent)
        centre.clock.pass_(1)
    centre.arrive("c1")
    centre.clock.pass_(19)
    named = [e["agent"] for e in supervisor.get("/interactions/c1/candidates").json["eligible"]]
    assert named == []
    centre.clock.pass_(1)
    eligible = supervisor.get("/interactions/c1/candidates").json["eligible"]
    assert [e["agent"] for e in eligible] == ["bob", "ann"]
    assert eligible[0]["merit"] == "idle for 22 s"
    centre.distributor.look()
    centre.settle()
    assert centre.now("c1").offer.agent == "bob"


def test_one_that_talks_would_go_to_somebody_else(centre, supervisor):
    centre.connected("c1", "ann")
    centre.available("bob")
    answer = supervisor.get("/interactions/c1/candidates").json
    assert not answer["waiting"]
    assert [e["agent"] for e in answer["eligible"]] == ["bob"]
    assert reasons(answer) == {"ann": "on a contact"}


def test_one_that_has_ended_is_asked_about_as_if_it_came_now(centre, supervisor):
    sales(centre, skills={"english": 3}, rings=((20.0, {}),))
    skilled(centre, "ann", english=1)
    centre.arrive("c1")
    centre.medium.hang_up("c1")
    centre.settle()
    centre.clock.pass_(1000)
    answer = supervisor.get("/interactions/c1/candidates").json
    assert (answer["waiting"], answer["needs"]) == (False, {"english": 3})


def test_another_queue_may_be_named(centre, supervisor):
    centre.catalogue.put(QueueSettings(id="support", name="Support", strategy="ring_all"))
    centre.available("ann")
    centre.engine.handle(SetStatus(agent_id="ann", status=Status.ON_BREAK, reason=None))
    centre.arrive("c1")
    assert reasons(supervisor.get("/interactions/c1/candidates").json) == {"ann": "on_break"}
    answer = supervisor.get("/interactions/c1/candidates?queue=support").json
    assert (answer["rule"], answer["at_once"], answer["passed_over"]) == ("ring_all", 20, [])
    assert supervisor.get("/interactions/c1/candidates?queue=none").status_code == 404


def test_one_in_no_queue_needs_one_named(centre, supervisor):
    centre.arrive("c1")
    centre.engine.handle(c.LeaveQueue(interaction_id="c1", reason="wait"))
    response = supervisor.get("/interactions/c1/candidates")
    assert response.status_code == 422 and "?queue=" in response.json["detail"]
    assert supervisor.get("/interactions/c1/candidates?queue=sales").status_code == 200
    assert supervisor.get("/interactions/unknown/candidates").status_code == 404


@pytest.fixture
def tandem(app, centre):
    running = serve(app, "127.0.0.1", 0)
    env = {
        "TANDEM_URL": f"http://127.0.0.1:{running.server_port}",
        "TANDEM_TOKEN": centre.token("supervisor"),
        "HOME": str(centre.recordings_dir),
    }

    def run(*words):
        with capture_logs():
            work = partial(CliRunner().invoke, candidates_command, words, env=env)
            return gevent.get_hub().threadpool.apply(work)

    yield run
    running.stop(timeout=1)


def test_the_shell_shows_it(tandem, centre):
    sales(centre, skills={"english": 3})
    skilled(centre, "ann", english=1)
    centre.available("ann")
    centre.arrive("c1")
    shown = tandem("c1")
    assert shown.exit_code == 0, shown.output
    assert "sales: waits, 0 before it; needs english 3" in shown.output
    assert "nobody could take it now" in shown.output
    assert "needs english 3, has 1" in shown.output
    assert '"waiting": true' in tandem("c1", "--json").output
    assert tandem("unknown").exit_code == 3
