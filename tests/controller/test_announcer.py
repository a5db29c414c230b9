"""Who waits is told where he stands, when his place has it, and not while a phone rings for him."""

from controller.domain import commands as c
from controller.domain import events as e
from controller.domain.catalogue import QueueSettings
from controller.domain.model import Telling
from controller.domain.words import State

TELLING = Telling(position=True, wait=True, first_s=20, every_s=60)


def waits(world, interaction_id, telling=TELLING):
    """He comes to the queue on a flow that announces."""
    world.flows.telling = telling
    world.arrive(interaction_id)


def pass_(world, seconds):
    world.pass_(seconds)
    world.lounge.announcer.look()
    world.settle()


def told(world, interaction_id):
    stream = world.store.events(f"interaction:{interaction_id}")
    return [event for event in stream if isinstance(event, e.WaitTold)]


def asked(world):
    return [about for what, about in world.medium.asked if what == "tell_wait"]


def test_the_first_after_a_while_and_then_every_so_often(world):
    waits(world, "one")
    pass_(world, 19)
    waits(world, "two")
    assert told(world, "one") == []
    pass_(world, 1)
    assert [(t.position, t.expected_s) for t in told(world, "one")] == [(1, None)]
    pass_(world, 19)
    assert asked(world) == ["one 1 None", "two 2 None"]
    pass_(world, 40)
    assert len(told(world, "one")) == 1
    pass_(world, 1)
    assert len(told(world, "one")) == 2


def test_who_asked_for_nothing_hears_nothing(world):
    waits(world, "one", telling=None)
    pass_(world, 600)
    assert told(world, "one") == []


def test_nothing_while_a_phone_rings_and_something_when_it_came_to_nothing(world):
    world.catalogue.put(QueueSettings(id="sales", name="Sales", offer_s=30))
    waits(world, "one")
    world.agent("1001")
    world.settle()
    assert world.now("one").state is State.OFFERED
    pass_(world, 29)
    assert told(world, "one") == []
    pass_(world, 2)
    assert world.now("one").state is State.QUEUED
    assert len(told(world, "one")) == 1


def test_nothing_once_he_is_gone(world):
    waits(world, "one")
    world.medium.hang_up("one")
    world.settle()
    pass_(world, 600)
    assert asked(world) == []


def test_after_a_restart_it_goes_on_in_its_time(world):
    waits(world, "one")
    pass_(world, 20)
    world.stop()
    second = world.successor()
    second.start()
    pass_(second, 59)
    assert len(told(second, "one")) == 1
    pass_(second, 1)
    assert len(told(second, "one")) == 2
    second.stop()


def test_a_command_that_comes_too_late_is_refused(world):
    waits(world, "one")
    world.agent("1001")
    world.settle()
    world.engine.submit(c.TellWait(interaction_id="one", position=1, expected_s=0.0))
    world.settle()
    assert told(world, "one") == []
