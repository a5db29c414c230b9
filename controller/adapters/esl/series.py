"""Work on legs, in series: FreeSWITCH wants commands of one leg one after another.

The customer's leg has its interaction's id as key; ringing and killing a leg have keys of their own.
Their log lines say what `add` was told the work is about.
"""

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

import structlog

from controller.errors import LegGone, LinkLost, SwitchError
from controller.greenlets import Crew

log = structlog.get_logger(__name__)

Job = Callable[[], Any]


class Series:
    """`add` returns at once; the jobs of one key run in order, those of different keys at once."""

    def __init__(self) -> None:
        self._jobs: dict[str, deque[Job]] = {}
        self._crew = Crew("series")

    def add(self, key: str, job: Job, **about: str) -> None:
        """`job` may block. A SwitchError that it raises is logged and ends that job only.

        `about`: keys for the log, the same for all jobs of a key; by default the key is an
        interaction's id.
        """
        waiting = self._jobs.get(key)
        if waiting is not None:
            waiting.append(job)
            return
        self._jobs[key] = deque([job])
        self._crew.give(partial(self._run, key, about or {"interaction_id": key}))

    def __len__(self) -> int:
        return sum(len(jobs) for jobs in self._jobs.values())

    def _run(self, key: str, about: dict[str, str]) -> None:
        jobs = self._jobs[key]
        while jobs:
            try:
                jobs[0]()
            except (LegGone, LinkLost) as error:
                # The leg's end is reported by its event; after a lost link all is looked at anew.
                log.info("leg_work_dropped", **about, problem=str(error))
            except SwitchError as error:
                log.warning("leg_work_refused", **about, problem=str(error))
            except Exception:
                log.exception("leg_work_failed", **about)
            jobs.popleft()
        del self._jobs[key]
