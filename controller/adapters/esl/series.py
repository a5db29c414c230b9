"""Work on legs, in series: FreeSWITCH wants commands of one leg one after another.

The customer's leg has its interaction's id as key; ringing and killing a leg have keys of their own.
"""

from collections import deque
from collections.abc import Callable
from typing import Any

import structlog

from controller.errors import LegGone, LinkLost, SwitchError
from controller.greenlets import spawn

log = structlog.get_logger(__name__)

Job = Callable[[], Any]


class Series:
    """`add` returns at once; the jobs of one key run in order, those of different keys at once."""

    def __init__(self) -> None:
        self._jobs: dict[str, deque[Job]] = {}

    def add(self, key: str, job: Job) -> None:
        """`job` may block. A SwitchError that it raises is logged and ends that job only."""
        waiting = self._jobs.get(key)
        if waiting is not None:
            waiting.append(job)
            return
        self._jobs[key] = deque([job])
        spawn(f"series:{key}", self._run, key)

    def __len__(self) -> int:
        return sum(len(jobs) for jobs in self._jobs.values())

    def _run(self, key: str) -> None:
        jobs = self._jobs[key]
        while jobs:
            try:
                jobs[0]()
            except (LegGone, LinkLost) as error:
                # The leg's end is reported by its event; after a lost link all is looked at anew.
                log.info("leg_work_dropped", interaction_id=key, problem=str(error))
            except SwitchError as error:
                log.warning("leg_work_refused", interaction_id=key, problem=str(error))
            except Exception:
                log.exception("leg_work_failed", interaction_id=key)
            jobs.popleft()
        del self._jobs[key]
