"""News inside one process. Every subscriber has a queue and a greenlet of his own."""

import structlog
from gevent.queue import Queue

from controller.greenlets import spawn
from controller.ports import Published, Subscriber

log = structlog.get_logger(__name__)


class MemoryPublisher:
    """Publisher. A slow subscriber is late, a broken one is logged; nobody else notices."""

    def __init__(self) -> None:
        self._queues: dict[str, Queue[Published]] = {}

    def publish(self, published: Published) -> None:
        for queue in self._queues.values():
            queue.put_nowait(published)

    def subscribe(self, name: str, subscriber: Subscriber) -> None:
        queue: Queue[Published] = Queue()
        self._queues[name] = queue
        spawn(f"subscriber:{name}", _deliver, name, queue, subscriber)

    def backlog(self) -> dict[str, int]:
        """How far behind each subscriber is, in items."""
        return {name: queue.qsize() for name, queue in self._queues.items()}


def _deliver(name: str, queue: "Queue[Published]", subscriber: Subscriber) -> None:
    while True:
        published = queue.get()
        try:
            subscriber(published)
        except Exception:
            log.exception("subscriber_failed", subscriber=name)
