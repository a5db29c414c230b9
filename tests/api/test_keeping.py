"""The audit keeps its rows for a time."""

from gevent.event import Event

from console.keeping import Keeping
from controller.adapters.memory.audit import MemoryAudit
from controller.adapters.memory.time import ManualClock
from controller.config import Config
from controller.domain.audit import AuditFilter, Deed
from controller.errors import StoreUnavailable

DAY = 86_400.0


class Pruned(MemoryAudit):
    """Of a database that is `away` at times; `asked` as often as it was."""

    def __init__(self, *ages_days: float) -> None:
        super().__init__()
        self.clock, self.away, self.asked = ManualClock(), False, Event()
        self.append([deed(self.clock.now() - age * DAY) for age in ages_days])

    def prune(self, before: float) -> int:
        self.asked.set()
        if self.away:
            raise StoreUnavailable("no database")
        return super().prune(before)

    def ages(self) -> list[float]:
        rows = self.search(AuditFilter())
        return sorted((self.clock.now() - row.deed.at) / DAY for row in rows)


def deed(at: float) -> Deed:
    return Deed(at=at, who="", role="", address="", action="x", subject="", outcome="done")


def test_what_is_older_goes_and_it_looks_again_the_next_day():
    audit = Pruned(800, 731, 729, 1)
    keeping = Keeping(audit, audit.clock, 730 * DAY)
    assert keeping.prune() == DAY
    assert audit.ages() == [1, 729]
    audit.clock.pass_(2 * DAY)
    keeping.prune()
    assert audit.ages() == [3]


def test_a_database_that_is_away_is_asked_again_before_the_next_day():
    audit = Pruned(800)
    keeping = Keeping(audit, audit.clock, 730 * DAY)
    audit.away = True
    wait_s = keeping.prune()
    assert wait_s is not None and 60 <= wait_s < DAY
    audit.away = False
    assert keeping.prune() == DAY
    assert audit.ages() == []


def test_the_first_time_is_the_start():
    audit = Pruned(800)
    keeping = Keeping(audit, audit.clock, 730 * DAY)
    keeping.start()
    assert audit.asked.wait(5)
    keeping.stop()
    assert audit.ages() == []


def test_for_ever_is_for_ever():
    audit = Pruned(40_000)
    keeping = Keeping(audit, audit.clock, None)
    assert keeping.prune() is None
    assert audit.ages() == [40_000]


def test_two_years_are_the_default():
    assert Config().audit_days == 730
    assert Config(audit_days=None).audit_days is None
