"""`kill -9` of Tandem with callers waiting, ringing and talking, on a real FreeSWITCH."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import gevent
import pytest

from controller.adapters.db.store import SqlStore
from controller.domain.agent import SignIn, Status
from controller.domain.catalogue import AgentProfile, QueueSettings
from controller.domain.events import Connected
from controller.domain.model import Interaction
from controller.domain.words import Outcome, State
from controller.ports import InteractionFilter
from tests.hostile.centre import talking
from tests.hostile.live import busy_phone, come_back, crowd, employ, nothing_left
from tests.hostile.process import TandemProcess
from tests.live.tones import CALLER_HZ, tone_levels
from tests.story.live_stage import LiveStage
from tests.story.stage import off_hub

pytestmark = pytest.mark.live

SPARE = "2001"


@pytest.fixture
def stage(stage: LiveStage) -> LiveStage:
    stage.tandem.catalogue.put(
        QueueSettings(id="sales", name="sales", offer_s=60, wrap_up_s=1, retry_after_s=1)
    )
    return stage


@pytest.fixture
def process(stage: LiveStage, request: pytest.FixtureRequest) -> Iterator[TandemProcess]:
    process = TandemProcess(stage.tandem.config, stage.folder / "tandem.yaml")
    yield process
    request.node.add_report_section("call", "tandem log", process.said())
    if process._process is not None:
        process.kill()


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """`back_s`: seconds from the restart until who waits must be served again."""

    back_s: float
    talking: int
    ringing: int
    waiting: int

    @property
    def size(self) -> int:
        return self.talking + self.ringing + self.waiting

    def is_up(self, seen: Sequence[Interaction]) -> bool:
        return (
            sum(talking(i) for i in seen) == self.talking
            and sum(i.state is State.OFFERED for i in seen) == self.ringing
            and sum(i.state is State.QUEUED for i in seen) == self.waiting
        )


def until(
    store: SqlStore, check: Callable[[Sequence[Interaction]], bool], timeout: float
) -> Sequence[Interaction]:
    """What another process does is not told to us: look again and again."""
    deadline = time.monotonic() + timeout
    while not check(seen := store.interactions(InteractionFilter())):
        assert time.monotonic() < deadline, [(i.state.value, i.reason) for i in seen]
        gevent.sleep(0.1)
    return seen


def staff(stage: LiveStage, crowd: Crowd) -> None:
    """Agents who answer, agents who do not, and one who does and is on a break."""
    answering = busy_phone(stage, 500)
    employ(stage, busy_phone(stage, 500, "phone_ignores"), range(1101, 1101 + crowd.ringing))
    employ(stage, answering, range(1001, 1001 + crowd.talking))
    stage.tandem.catalogue.put(
        AgentProfile(id=SPARE, name=SPARE, extension=SPARE, queues=("sales",), address=answering)
    )
    stage.tandem.engine.handle(SignIn(agent_id=SPARE, status=Status.ON_BREAK, reason=None))


@pytest.mark.parametrize(
    "people",
    [
        Crowd(back_s=15, talking=2, ringing=1, waiting=2),
        pytest.param(Crowd(back_s=5, talking=20, ringing=10, waiting=20), marks=pytest.mark.slow),
    ],
    ids=["few", "fifty"],
)
def test_killed_and_started_again_nobody_loses_his_place_or_his_talk(
    stage: LiveStage, process: TandemProcess, people: Crowd
):
    staff(stage, people)
    stage.tandem.stop()
    off_hub(process.start)
    off_hub(process.await_ready)
    crowd(stage, people.size, stay=25)
    store = SqlStore(stage.tandem.config.database_url)
    before = {i.id: i for i in until(store, people.is_up, 20)}

    process.kill()
    gevent.sleep(2)
    restarted_at = time.time()
    off_hub(process.start)
    off_hub(
        process.api, "PUT", f"api/v1/agents/{SPARE}/status", stage.token, {"status": "available"}
    )
    after = {i.id: i for i in until(store, lambda seen: served(seen) is not None, 20)}

    first = served(after.values())
    waited = [i for i in before.values() if i.state is State.QUEUED]
    assert first.id == min(waited, key=lambda i: i.place.since).id
    [connected] = [e for e in store.events(f"interaction:{first.id}") if isinstance(e, Connected)]
    assert connected.at - restarted_at < people.back_s
    for i in waited:
        assert after[i.id].place.since == i.place.since, "his place"
    for i in before.values():
        if talking(i):
            assert after[i.id].segments == i.segments and after[i.id].state is State.CONNECTED

    done = until(store, lambda seen: all(i.closed for i in seen), 80)
    off_hub(process.stop)
    assert len(done) == people.size
    for i in done:
        assert i.outcome is (Outcome.HANDLED if i.segments else Outcome.ABANDONED), i
        assert all(leg.ended_at and leg.cause for leg in i.legs)
        assert i.reason == "customer hung up"

        for recording in i.recordings:
            assert recording.error is None
            assert recording.length_s == pytest.approx(
                i.segments[0].ended_at - recording.started_at, abs=1
            )
            assert longest_gap(Path(recording.path)) < 0.5
    # Who hangs up sets an agent free for one who waits.
    talked = [i for i in done if i.segments]
    assert all(len(i.segments) == len(i.recordings) == 1 for i in talked)
    assert len(talked) > people.talking
    come_back(stage)
    assert len(stage.api("GET", "reports/cdr")) == people.size
    nothing_left(stage)
    store.close()


def served(seen) -> Interaction | None:
    return next((i for i in seen if talking(i) and i.segment.agent == SPARE), None)


def events_of(store: SqlStore, interaction: Interaction, kind: type) -> list:
    return [e for e in store.events(f"interaction:{interaction.id}") if isinstance(e, kind)]


def longest_gap(recording: Path) -> float:
    """Seconds for which the caller's own tone is missing, its first and last half second left out."""
    windows = tone_levels(recording)[0][5:-5]
    longest = gap = 0.0
    for window in windows:
        gap = 0.0 if window.hz == CALLER_HZ else gap + 0.1
        longest = max(longest, gap)
    return longest
