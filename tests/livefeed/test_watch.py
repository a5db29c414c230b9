"""Alarms: whoever reads or not, they ring when a queue is beyond a threshold, and only then."""

from hypothesis import given, settings
from hypothesis import strategies as st

from console.api.visible import Sight
from controller.domain.agent import SignIn, SignOut, Status
from controller.domain.alarms import EVERY_QUEUE, Metric, Threshold
from controller.domain.catalogue import QueueSettings
from tests.domain.drawn import STEPS
from tests.domain.stories import Story
from tests.livefeed.test_law import HAPPENINGS, ONLY_Q0, make_readers, play
from tests.livefeed.told import Reader, Told, renamed

ALL = Sight()


def put(told: Told, **fields) -> None:
    told.catalogue.put(
        Threshold(
            **{"id": "t", "metric": Metric.WAITING, "queue": "q0", "above": 1, "clear": 0, **fields}
        )
    )


def joins(told: Told, name: str, queue: str = "q0") -> Story:
    story = Story(arrived_at=told.clock.now()).in_flow().queued(queue)
    told.tell(renamed(story.state, name), tuple(renamed(e, name) for e in story.events))
    return story


def leaves(told: Told, name: str, story: Story) -> None:
    told_before = len(story.events)
    story.now = told.clock.now()
    story.leg_ended("i1")
    told.tell(
        renamed(story.state, name), tuple(renamed(e, name) for e in story.events[told_before:])
    )


def ringing(told: Told) -> list[str]:
    told.flush()
    return [alarm.id for alarm in told.board.ringing]


def test_it_rings_with_nobody_watching_and_is_there_for_who_comes():
    told = Told()
    put(told)
    first = joins(told, "c0")
    assert ringing(told) == []
    second = joins(told, "c1")
    assert ringing(told) == ["t@q0"]
    reader = Reader(told, "r", "floor", ALL)
    reader.open()
    assert reader.entities["alarm:t@q0"]["value"] == 2
    told.board.acknowledge("t@q0", "sue")
    told.flush()
    reader.take()
    assert reader.entities["alarm:t@q0"]["acknowledged_by"] == "sue"
    leaves(told, "c0", first)
    assert ringing(told) == ["t@q0"], "one still waits: not clear"
    leaves(told, "c1", second)
    assert ringing(told) == []
    reader.take()
    assert "alarm:t@q0" not in reader.entities


def test_a_wait_alarms_at_its_moment_with_nothing_else_happening():
    told = Told()
    put(told, metric=Metric.LONGEST_WAIT_S, above=30, clear=10)
    joins(told, "c0")
    told.flush()
    told.pass_(29.0)
    assert ringing(told) == []
    told.pass_(1.5)
    assert ringing(told) == ["t@q0"]


def test_one_that_must_last_rises_by_time_alone():
    told = Told()
    put(told, for_s=20)
    joins(told, "c0")
    joins(told, "c1")
    assert ringing(told) == []
    told.pass_(19.0)
    assert ringing(told) == []
    told.pass_(1.0)
    assert ringing(told) == ["t@q0"]


def test_agents_who_go_make_it_ring_and_one_who_comes_ends_it():
    told = Told()
    put(told, metric=Metric.AVAILABLE_AGENTS, above=None, below=1, clear=1)
    assert ringing(told) == ["t@q0"]
    told.command(SignIn(agent_id="agent0", status=Status.AVAILABLE, reason=None))
    assert ringing(told) == []
    told.command(SignOut(agent_id="agent0"))
    assert ringing(told) == ["t@q0"]


def test_what_is_set_up_counts_at_once():
    told = Told()
    for queue in ("q0", "q1"):
        joins(told, f"{queue}a", queue)
        joins(told, f"{queue}b", queue)
    put(told, queue=EVERY_QUEUE)
    assert ringing(told) == ["t@q0", "t@q1"]
    told.board.acknowledge("t@q0", "sue")
    put(told, queue=EVERY_QUEUE, above=1.5)
    assert ringing(told) == ["t@q0", "t@q1"]
    assert told.board.find("t@q0").acknowledged_by is None, "another threshold, another alarm"
    told.catalogue.remove(QueueSettings, "q1")
    assert ringing(told) == ["t@q0"]
    put(told, queue=EVERY_QUEUE, enabled=False)
    assert ringing(told) == []


def test_who_is_restricted_has_only_his_queues_alarms():
    told = Told()
    put(told, queue=EVERY_QUEUE, above=0.5)
    joins(told, "c0", "q0")
    joins(told, "c1", "q1")
    told.flush()
    reader = Reader(told, "r", "floor", ONLY_Q0)
    reader.open()
    assert [key for key in reader.entities if key.startswith("alarm:")] == ["alarm:t@q0"]


def test_after_a_restart_what_is_still_so_rings_again():
    told = Told()
    put(told)
    joins(told, "c0")
    joins(told, "c1")
    assert ringing(told) == ["t@q0"]
    again = Told()
    again.catalogue, again.engine = told.catalogue, told.engine
    again.live = again.another(again.agenda)
    assert ringing(again) == ["t@q0"]


@settings(max_examples=40)
@given(STEPS, HAPPENINGS, st.booleans())
def test_whatever_happens_what_is_beyond_rings_and_what_is_clear_is_quiet(steps, happenings, late):
    told = Told(lounge_late=late)
    put(told, id="many", queue=EVERY_QUEUE, above=1.5, clear=0.5)
    put(told, id="long", queue=EVERY_QUEUE, metric=Metric.LONGEST_WAIT_S, above=60.0, clear=5.0)
    play(told, steps, happenings, make_readers(told))
    told.flush()
    told.pass_(0.0)
    now = told.clock.now()
    for queue in told.catalogue.all(QueueSettings):
        joined = told.live.picture.waiting.get(queue.id, {}).values()
        wait = now - min(joined, default=now)
        for name, value, above, clear in (
            ("many", len(joined), 1.5, 0.5),
            ("long", wait, 60.2, 5.0),
        ):
            rings = told.board.find(f"{name}@{queue.id}") is not None
            assert rings or value <= above
            # An old wait may have been longer when it was last looked at; news of its end are looked at.
            assert not rings or value > clear
