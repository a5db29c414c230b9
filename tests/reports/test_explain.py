"""`explain` tells what the events hold: who waited for whom, and what everybody was doing."""

from dataclasses import replace

import pytest

from controller.domain import commands as c
from controller.domain.agent import SetStatus, Status
from controller.domain.catalogue import AgentProfile, QueueSettings
from controller.domain.words import Party
from controller.errors import NotFound
from controller.reports.explain import duration, explain
from tests.controller.conftest import World


@pytest.fixture
def world():
    world = World()
    world.start()
    yield world
    world.stop()


def told(world, interaction_id):
    return [x.text for x in explain(world.store, world.catalogue.all(AgentProfile), interaction_id)]


def test_a_wait_is_explained_by_what_each_agent_did(world):
    world.agent("1001")
    world.agent("1002")
    world.engine.handle(SetStatus(agent_id="1002", status=Status.ON_BREAK, reason="lunch"))
    world.arrive("first")
    world.medium.answer(world.now("first").offer.leg)
    world.settle()
    world.arrive("second")
    world.pass_(100)
    world.medium.hang_up("first")
    world.settle()
    world.pass_(30)  # wrap-up
    world.medium.answer(world.now("second").offer.leg)
    world.settle()

    lines = told(world, "second")
    wait = lines.index("waited 2:10 min, for in that time:")
    assert lines[wait - 1] == "joined sales; place 1, expected wait 3:00 min"
    assert lines[wait + 1 : wait + 3] == [
        "  1001: on a contact 1:40 min, in wrap-up 30 s",
        "  1002: on break (lunch) 2:10 min",
    ]
    assert (
        "offered to 1001 by longest_idle, who alone could take it; passed over: 1002 (on_break); "
        "1:40 min after the target" in lines
    )
    assert "1001 accepted" in lines
    assert lines[0].endswith("waited 2:10 min in queues, served by 1001")


def test_an_agent_who_was_free_and_lacked_a_skill_is_said_to(world):
    world.agent("1001", skills={"english": 1})
    queue = world.catalogue.get(QueueSettings, "sales")
    world.catalogue.put(replace(queue, skills={"english": 3}))
    world.arrive("call")
    world.pass_(20)
    world.medium.hang_up("call")
    world.settle()
    lines = told(world, "call")
    assert "  1001: available 20 s, lacks english 3 (has 1)" in lines
    assert lines[-1] == "ended: abandoned, customer hung up"


def test_an_agent_who_could_never_have_taken_it_is_said_to(world):
    world.agent("1001", capacity=50)
    world.arrive("call")
    world.pass_(20)
    world.medium.hang_up("call")
    world.settle()
    assert "  1001: available 20 s, has 50 units of the 100 it takes" in told(world, "call")


def test_rings_that_let_an_agent_in_are_told_with_their_time(world):
    world.agent("1001", skills={"english": 1})
    queue = world.catalogue.get(QueueSettings, "sales")
    rings = ((20.0, {"english": 2}), (60.0, {}))
    world.catalogue.put(replace(queue, skills={"english": 3}, rings=rings))
    world.arrive("call")
    world.pass_(60)
    world.distributor.look()
    world.settle()
    lines = told(world, "call")
    joined = "joined sales, needs english 3, after 20 s english 2, after 1:00 min no skill"
    assert any(line.startswith(joined) for line in lines)
    assert (
        "  1001: available 1:00 min, lacked english 3 (has 1) for 20 s, "
        "lacked english 2 (has 1) for 40 s" in lines
    )
    assert (
        "offered to 1001 by longest_idle, who alone could take it; 30 s after the target" in lines
    )


def test_of_many_passed_over_the_reasons_are_counted(world):
    for number in range(20):
        world.agent(f"b{number:02}")
        if number:
            pause = SetStatus(agent_id=f"b{number:02}", status=Status.ON_BREAK, reason=None)
            world.engine.handle(pause)
    for number in range(15):
        world.agent(f"c{number:02}")
    world.arrive("call")
    [offer] = [line for line in told(world, "call") if line.startswith("offered")]
    assert "before c00, c01," in offer and "c09 and 5 more" in offer
    assert "passed over: 19 on_break; 30 s before the target" in offer


def test_a_wait_that_nobody_serves_says_so(world):
    world.arrive("call")
    world.pass_(5)
    assert "  no agent serves sales" not in told(world, "call")  # no time has been told yet
    world.medium.hang_up("call")
    world.settle()
    assert "  no agent serves sales" in told(world, "call")


def test_an_unknown_interaction_is_named(world):
    with pytest.raises(NotFound, match="no interaction nowhere"):
        told(world, "nowhere")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.04, "0.0 s"), (9.94, "9.9 s"), (12.2, "12 s"), (59.7, "1:00 min"), (3723, "1:02:03 h")],
)
def test_durations_read_as_people_say_them(seconds, words):
    assert duration(seconds) == words


def test_who_declines_while_other_phones_ring_does_not_make_the_customer_wait(world):
    queue = world.catalogue.get(QueueSettings, "sales")
    world.catalogue.put(replace(queue, strategy="ring_all"))
    world.agent("1001")
    world.agent("1002")
    world.arrive("call")
    legs = {offer.agent: offer.leg for offer in world.now("call").offers}
    world.pass_(2)
    world.medium.hang_up(legs["1001"], "CALL_REJECTED")
    world.pass_(2)
    world.medium.answer(legs["1002"])
    world.pass_(100)
    world.medium.hang_up("call")
    world.settle()
    lines = told(world, "call")
    assert "1001 declined: CALL_REJECTED" in lines and "1002 accepted" in lines
    assert not any(line.startswith("waited") for line in lines)


def test_to_whom_an_agent_gave_the_customer_is_told(world):
    world.agent("1001")
    world.agent("1002", queues=())
    world.arrive("call")
    world.medium.answer(world.now("call").offer.leg)
    world.settle()
    segment = world.now("call").segment.id
    world.engine.handle(
        c.StartConsult(
            interaction_id="call",
            segment_id=segment,
            consult_id="ask",
            leg="asked",
            kind=Party.AGENT,
            party="1002",
        )
    )
    world.settle()
    world.medium.answer("asked")
    world.settle()
    world.engine.handle(c.CompleteConsult(interaction_id="call", consult_id="ask"))
    world.settle()
    world.engine.handle(
        c.TransferToAgent(interaction_id="call", segment_id="ask", agent="1001", wait_s=30)
    )
    world.settle()
    lines = told(world, "call")
    given = lines.index("1002 transfers him to agent 1001")
    assert lines[given + 1].startswith("joined sales") and "1001 was asked for" in lines[given + 1]
    assert [line for line in lines[1:given] if "1002" in line] == [
        "1001 asks 1002",
        "1001 transfers him to agent 1002, whom he has asked",
        "consult with 1002 ended: completed",
        "goes to 1002",
        "talks with 1002",
    ]


def test_what_supervisors_did_is_told_and_each_queue_has_its_own_wait(world):
    world.catalogue.put(QueueSettings(id="support", name="Support"))
    world.profile("1001")
    world.profile("1002", queues=("support",))
    world.arrive("call")
    steered = {"interaction_id": "call", "by": "supervisor 1001"}
    world.pass_(10)
    world.engine.handle(c.Prioritise(**steered, priority=2))
    support = world.catalogue.get(QueueSettings, "support")
    world.engine.handle(c.Move(**steered, queue="support", terms=support.terms()))
    world.pass_(20)
    world.agent("1002", queues=("support",))
    world.agent("1001")
    world.settle()
    world.engine.handle(c.Assign(**steered, agent="1001", wait_s=30))
    world.settle()
    lines = told(world, "call")
    first = lines.index("waited 10 s, for in that time:")
    assert lines[first - 1 : first + 2] == [
        "joined sales; place 1",
        "waited 10 s, for in that time:",
        "  1001: offline 10 s",
    ]
    assert lines[first + 2 : first + 7] == [
        "supervisor 1001 changes his priority from 0 to 2",
        "supervisor 1001 moves him from sales to support",
        "joined support, 10 s credited: waited in the queue before",
        "waited 20 s, for in that time:",
        "  1002: offline 20 s",
    ]
    assert lines[first + 8 : first + 10] == [
        "offer to 1002 withdrawn: assigned to 1001",
        "supervisor 1001 assigns him to 1001, who alone may have him for 30 s",
    ]
    assert lines[first + 10].startswith("offered to 1001 by preferred_agent")
