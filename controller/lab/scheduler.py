"""Timers of the lab switch: one greenlet and a heap, so that a thousand timers cost little."""

import heapq
import itertools
import time
from collections.abc import Callable

import gevent
import gevent.event

from controller.greenlets import spawn


class Timer:
    """A callback that will run at `due` (monotonic seconds) unless cancelled."""

    __slots__ = ("callback", "due", "in_line")

    def __init__(self, due: float, callback: Callable[[], None], *, in_line: bool) -> None:
        self.due = due
        self.in_line = in_line
        self.callback: Callable[[], None] | None = callback

    def cancel(self) -> None:
        self.callback = None


class Timers:
    """Runs callbacks later."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Timer]] = []
        self._order = itertools.count()
        self._changed = gevent.event.Event()
        self._greenlet: gevent.Greenlet | None = None

    def start(self) -> None:
        self._greenlet = spawn("lab-timers", self._run)

    def stop(self) -> None:
        if self._greenlet is not None:
            self._greenlet.kill()
        self._heap.clear()

    def after(self, seconds: float, callback: Callable[[], None]) -> Timer:
        """Run `callback` in a greenlet of its own, so that it may block."""
        return self._push(time.monotonic() + max(0.0, seconds), callback, in_line=False)

    def at_in_line(self, due: float, callback: Callable[[], None]) -> Timer:
        """Run `callback`, which must not block, at `due` (monotonic); equals in order given."""
        return self._push(due, callback, in_line=True)

    def _push(self, due: float, callback: Callable[[], None], *, in_line: bool) -> Timer:
        timer = Timer(due, callback, in_line=in_line)
        heapq.heappush(self._heap, (timer.due, next(self._order), timer))
        if self._heap[0][2] is timer:
            self._changed.set()
        return timer

    def _run(self) -> None:
        while True:
            self._changed.clear()
            wait = self._heap[0][0] - time.monotonic() if self._heap else None
            if wait is None or wait > 0:
                self._changed.wait(wait)
                continue
            timer = heapq.heappop(self._heap)[2]
            if timer.callback is None:
                continue
            if timer.in_line:
                timer.callback()
            else:
                spawn("lab-timer", timer.callback)


class Task:
    """A scheduled action of a group (a leg's uuid), as `sched_transfer` makes."""

    __slots__ = ("group", "number", "timer")

    def __init__(self, number: int, group: str, timer: Timer) -> None:
        self.number = number
        self.group = group
        self.timer = timer


class Schedule:
    """The switch's task list: numbered tasks, deleted by number or by group."""

    def __init__(self, timers: Timers) -> None:
        self._timers = timers
        self._tasks: dict[int, Task] = {}
        self._numbers = itertools.count(1)

    def add(self, when: str, group: str, action: Callable[[], None]) -> int:
        """Run `action` at `when` (`+seconds`, or an epoch second) and return the task's number.

        FreeSWITCH counts whole epoch seconds, so `+2` comes 1 to 2 seconds later.
        """
        text = when[1:] if when.startswith("+") else when
        count = int(text) if text.isdigit() else 0
        due = int(time.time()) + count if when.startswith("+") else count
        number = next(self._numbers)

        def fire() -> None:
            if self._tasks.pop(number, None) is not None:
                action()

        timer = self._timers.after(due - time.time(), fire)
        self._tasks[number] = Task(number, group, timer)
        return number

    def delete(self, which: str) -> int:
        """Delete one task by number or all of a group; return how many there were."""
        if which.isdigit():
            doomed = [task for task in self._tasks.values() if task.number == int(which)]
        else:
            doomed = [task for task in self._tasks.values() if task.group == which]
        for task in doomed:
            task.timer.cancel()
            del self._tasks[task.number]
        return len(doomed)

    def groups(self) -> list[str]:
        return [task.group for task in self._tasks.values()]
