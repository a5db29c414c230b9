"""Positions and expected waits as agents come and go and contacts are handled."""

from controller.domain import events as e
from controller.domain.agent import SetStatus, SignOut, Status
from controller.domain.catalogue import QueueSettings


def queue(world, queue_id="sales", **settings):
    world.catalogue.put(QueueSettings(id=queue_id, name=queue_id, **settings))


def newest(world, interaction_id, kind):
    stream = world.store.events(f"interaction:{interaction_id}")
    return [event for event in stream if isinstance(event, kind)][-1]


def foreseen(world, interaction_id):
    joined = newest(world, interaction_id, e.Queued)
    return joined.position, joined.expected_s


def busy(world, agent, interaction_id):
    """The agent talks with that one."""
    world.agent(agent)
    world.arrive(interaction_id)
    offered = newest(world, interaction_id, e.Offered)
    assert offered.agent == agent
    world.medium.answer(offered.leg)
    world.settle()


def test_what_is_foreseen_is_saved_as_he_joins(world):
    queue(world, handling_s=100)
    world.arrive("nobody there")
    assert foreseen(world, "nobody there") == (1, None)
    world.medium.hang_up("nobody there")
    world.settle()
    busy(world, "1001", "first")
    assert foreseen(world, "first") == (1, 0)
    world.arrive("second")
    world.arrive("third")
    assert foreseen(world, "second") == (1, 100)
    assert foreseen(world, "third") == (2, 200)
    assert world.lounge.forecast.waiting("third").position == 2
    assert world.lounge.forecast.waiting("first") is None
    following = world.lounge.forecast.next_in("sales")
    assert (following.position, following.waiting, following.expected_s) == (3, 2, 300)


def test_an_agent_on_a_break_does_not_count_and_one_of_two_queues_counts_half(world):
    queue(world, handling_s=100)
    queue(world, "support")
    busy(world, "1001", "first")
    busy(world, "1002", "second")
    assert world.lounge.forecast.next_in("sales").expected_s == 50
    world.engine.handle(SetStatus(agent_id="1002", status=Status.ON_BREAK))
    assert world.lounge.forecast.next_in("sales").expected_s == 100
    world.engine.handle(SetStatus(agent_id="1002", status=Status.AVAILABLE))
    world.profile("1002", queues=("sales", "support"))
    assert world.lounge.forecast.next_in("sales").agents == 1.5
    world.engine.handle(SignOut(agent_id="1001"))
    world.engine.handle(SignOut(agent_id="1002"))
    assert world.lounge.forecast.next_in("sales").expected_s is None
    assert world.lounge.forecast.next_in("sales").agents == 0


def test_handling_times_are_learned_and_survive_a_restart(world):
    queue(world, handling_s=1000)
    busy(world, "1001", "first")
    world.pass_(60)
    world.medium.hang_up("first")
    world.settle()
    world.pass_(30)  # wrap-up
    assert world.lounge.forecast.next_in("sales").handling_s == 90
    world.stop()
    second = world.successor()
    second.start()
    second.settle()
    assert second.lounge.forecast.next_in("sales").handling_s == 90
    second.pass_(5 * 3600)
    assert second.lounge.forecast.next_in("sales").handling_s == 1000
    second.stop()


def test_the_position_is_that_of_the_real_order(world):
    queue(world, redial_s=60)
    world.arrive("ann", address="+49301")
    world.pass_(10)
    world.arrive("bob", address="+49302")
    world.medium.hang_up("ann")
    world.settle()
    world.pass_(1)
    world.arrive("ann again", address="+49301")
    assert foreseen(world, "ann again")[0] == 1
    assert world.lounge.forecast.waiting("bob").position == 2
