"""The one way to start a greenlet: it has a name, and its death is never silent."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import gevent
import structlog

P = ParamSpec("P")
R = TypeVar("R")

_log = structlog.get_logger(__name__)


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
