"""The one way to start a greenlet: it has a name, and its death is never silent."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import gevent
import structlog
from gevent.queue import SimpleQueue

P = ParamSpec("P")
R = TypeVar("R")

_log = structlog.get_logger(__name__)

#: So many greenlets without work a crew keeps for the next.
KEPT = 100


def spawn(name: str, fn: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> gevent.Greenlet:
    """Run `fn` in a greenlet called `name`; an exception that ends it is logged with its trace.

    Killing the greenlet (`GreenletExit`) is an ordinary end and is not logged.
    """
    greenlet = gevent.Greenlet(fn, *args, **kwargs)
    greenlet.name = name
    greenlet.link_exception(_log_death)
    greenlet.start()
    return greenlet


def _log_death(greenlet: gevent.Greenlet) -> None:
    _log.error("greenlet died", greenlet=greenlet.name, exc_info=greenlet.exc_info)


class Crew:
    """Greenlets that are kept, for short work of which there is much and which nobody waits for.

    A new greenlet gets a stack of its own from the system and gives it back: that costs ten times what
    it costs to wake one.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._work: SimpleQueue[Callable[[], Any]] = SimpleQueue()
        self._free = 0

    def give(self, work: Callable[[], Any]) -> None:
        """Do it soon, beside everything else; what it raises is logged."""
        self._work.put(work)
        if self._free:
            self._free -= 1
        else:
            spawn(self._name, self._run)

    def _run(self) -> None:
        while True:
            work = self._work.get()
            try:
                work()
            except Exception:
                _log.exception("work failed", greenlet=self._name)
            del work  # nothing of it is held while there is nothing to do
            if self._free >= KEPT:
                return
            self._free += 1
