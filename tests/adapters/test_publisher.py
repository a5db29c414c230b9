"""News in memory: in order to everybody; who is slow or broken harms nobody else."""

import gevent
from gevent.event import Event

from controller.adapters.memory.publisher import MemoryPublisher
from controller.domain.agent import Agent
from controller.ports import Published


def news(version: int) -> Published:
    return Published(after=Agent(id="1001", version=version), events=())


def test_everybody_gets_everything_in_order():
    publisher = MemoryPublisher()
    seen: dict[str, list[int]] = {"a": [], "b": []}
    done = Event()

    def take(name: str, published: Published) -> None:
        seen[name].append(published.after.version)
        if all(len(versions) == 20 for versions in seen.values()):
            done.set()

    for name in seen:
        publisher.subscribe(name, lambda published, name=name: take(name, published))
    for version in range(20):
        publisher.publish(news(version))
    assert done.wait(10)
    assert seen == {"a": list(range(20)), "b": list(range(20))}


def test_a_broken_subscriber_goes_on_and_a_slow_one_is_only_late():
    publisher = MemoryPublisher()
    gate, done = Event(), Event()
    taken: list[int] = []

    def broken(published: Published) -> None:
        taken.append(published.after.version)
        if len(taken) == 2:
            done.set()
        raise ValueError("broken")

    publisher.subscribe("slow", lambda published: gate.wait())
    publisher.subscribe("broken", broken)
    publisher.publish(news(1))
    publisher.publish(news(2))
    assert done.wait(10)
    gevent.sleep(0)
    assert publisher.backlog() == {"slow": 1, "broken": 0}
    gate.set()
    gevent.sleep(0.01)
    assert publisher.backlog()["slow"] == 0
