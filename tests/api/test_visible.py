"""What is visible, as a value: the live feed shares what it computes between equal ones."""

import pytest

from console.api.visible import Sight, sight_of
from console.auth import Caller, Role
from controller.domain.catalogue import AgentProfile


def sight(role: str, agent: str | None = None, *queues: str) -> Sight:
    who = Caller(token_id="t", role=Role(role), agent=agent, queues=frozenset(queues))
    return sight_of(who)


def test_an_agent_sees_his_own_and_no_monitors(centre):
    centre.connected("i1", "ann")
    assert sight("agent", "ann").sees(centre.now("i1"))
    assert not sight("agent", "bob").sees(centre.now("i1"))
    assert not sight("agent", "ann").monitors


@pytest.mark.parametrize("role", ["supervisor", "manager", "admin", "auditor"])
def test_who_has_no_queues_named_sees_all(centre, role):
    centre.arrive("i1")
    assert sight(role).sees(centre.now("i1"))
    assert sight(role).monitors


def test_who_has_queues_named_sees_those(centre):
    centre.arrive("i1")
    assert sight("supervisor", None, "sales").sees(centre.now("i1"))
    assert not sight("supervisor", None, "support").sees(centre.now("i1"))


def test_who_has_queues_named_sees_his_own_contact_all_the_same(centre):
    centre.connected("i1", "ann")
    assert sight("supervisor", "ann", "support").sees(centre.now("i1"))


def test_queues_and_their_agents():
    restricted = sight("supervisor", None, "sales")
    assert restricted.sees_queue("sales") and not restricted.sees_queue("support")
    ann = AgentProfile(id="ann", name="Ann", extension="1", queues=("sales", "support"))
    bob = AgentProfile(id="bob", name="Bob", extension="2", queues=("support",))
    assert restricted.sees_agent(ann) and not restricted.sees_agent(bob)
    assert sight("supervisor").sees_queue("support") and sight("supervisor").sees_agent(bob)


def test_equal_rights_are_one_sight():
    assert sight("supervisor", None, "a", "b") == sight("manager", None, "b", "a")
