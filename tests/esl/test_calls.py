"""What is remembered of legs, and what a hangup takes with it."""

import orjson

from controller.adapters.esl.calls import Calls
from controller.adapters.esl.messages import SwitchEvent


def bridge(a, b):
    return SwitchEvent(orjson.dumps({"Bridge-A-Unique-ID": a, "Bridge-B-Unique-ID": b}))


def test_a_bridge_wakes_who_waits_for_it():
    calls = Calls()
    waiter = calls.await_bridge("customer", "agent")
    event = bridge("customer", "agent")
    calls.bridged(event)
    assert waiter.get(timeout=10) is event
    assert calls.bridging == {} and calls.partner == {}


def test_either_leg_gone_wakes_him_with_nothing():
    for leg in ("customer", "agent"):
        calls = Calls()
        waiter = calls.await_bridge("customer", "agent")
        calls.gone(leg)
        assert waiter.get(timeout=10) is None
        assert calls.bridging == {}


def test_a_bridge_of_others_wakes_nobody():
    calls = Calls()
    waiter = calls.await_bridge("customer", "agent")
    calls.bridged(bridge("x", "y"))
    assert not waiter.ready()


def test_a_leg_that_is_gone_is_forgotten_altogether():
    calls = Calls(owner={"a": "i"}, doomed={"a": "X"}, music={"a"})
    calls.gone("a")
    assert (calls.owner, calls.doomed, calls.music) == ({}, {}, set())


def test_a_leg_is_being_left_until_its_park():
    calls = Calls()
    calls.bridged(bridge("customer", "agent"))
    assert not calls.being_left("customer")
    calls.gone("agent")
    assert calls.being_left("customer")
    calls.parked("customer")
    assert not calls.being_left("customer") and calls.pairs == {}


def test_who_is_bridged_away_leaves_the_other():
    calls = Calls()
    calls.bridged(bridge("agent", "third"))
    calls.bridged(bridge("customer", "agent"))
    assert calls.being_left("third")
    assert not calls.being_left("agent") and not calls.being_left("customer")
