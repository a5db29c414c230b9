"""The law of the feed: whatever happens, snapshot and pushes make what a new snapshot is."""

from dataclasses import replace
from itertools import count
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from console.api.visible import Sight
from controller.domain.agent import MarkNotResponding, SetStatus, SignIn, SignOut, Status
from controller.domain.alarms import EVERY_QUEUE, Metric, Threshold
from controller.domain.catalogue import AgentProfile, Did, QueueSettings, Reason
from controller.domain.events import HandedOver
from controller.errors import IllegalCommand
from controller.ports import Published
from tests.domain.drawn import STEPS, next_command
from tests.domain.stories import Story
from tests.livefeed.told import AGENTS, QUEUES, Reader, Told, renamed

ALL = Sight()
ONLY_Q0 = Sight(queues=frozenset({"q0"}))
AGENT1 = Sight(own=True, agent="agent1")
SUPERVISOR1 = Sight(agent="agent1")

READERS = (
    ("desk", AGENT1),
    ("desk", SUPERVISOR1),
    ("directory", AGENT1),
    ("floor", ALL),
    ("floor", ONLY_Q0),
    ("setup", ALL),
    ("interaction:c0", ALL),
    ("interaction:c0", ONLY_Q0),
    ("interaction:c0", AGENT1),
    ("interaction:c1", ALL),
)

#: Of all that may happen, which next, and with what.
_OTHERS = st.tuples(st.integers(0, 13), st.integers(0, 5), st.integers(0, 3))
HAPPENINGS = st.lists(
    st.one_of(st.just(None), _OTHERS, st.integers(0, len(READERS) - 1)), max_size=60
)


def otherwise(told: Told, what: int, who: int, which: int) -> None:
    """Agents, the directory, the catalogue, the clock."""
    agent, queue = AGENTS[who], QUEUES[which]
    match what:
        case 0 | 1:
            told.command(SignIn(agent_id=agent, status=Status.AVAILABLE, reason=None))
        case 2:
            told.command(SetStatus(agent_id=agent, status=Status.ON_BREAK, after_contact=which > 1))
        case 3:
            told.command(SignOut(agent_id=agent))
        case 4:
            told.command(MarkNotResponding(agent_id=agent, reason="left alone"))
        case 5:
            told.directory.hold_units(agent, f"c{which}", 100, "on a contact", "voice")
        case 6:
            told.directory.release(agent, f"c{which}", told.clock.now())
        case 7:
            told.profile(agent, QUEUES[which:], enabled=who > 1)
        case 8:
            if told.catalogue.find(AgentProfile, agent) is not None:
                told.catalogue.remove(AgentProfile, agent)
        case 9:
            entry = told.catalogue.find(QueueSettings, queue)
            if entry is not None and which == who:
                told.catalogue.remove(QueueSettings, queue)
            else:
                told.catalogue.put(QueueSettings(id=queue, name="new", target_s=10.0 * (1 + who)))
        case 10 if which == 0:
            if told.catalogue.find(Reason, agent) is None:
                told.catalogue.put(Reason(id=agent, name=queue, order=who))
            else:
                told.catalogue.remove(Reason, agent)
        case 10:
            told.catalogue.put(Did(id=f"500{who}", flow="main", name=queue))
        case 11:
            threshold(told, who, which)
        case 12:
            told.agenda.fire_due()
            for alarm in told.board.ringing[:1]:
                told.board.acknowledge(alarm.id, agent)
        case _:
            told.pass_((1.0, 3600.0, 5 * 3600.0, 20 * 3600.0)[which])


def threshold(told: Told, who: int, which: int) -> None:
    """One of a few that are passed often, of a queue or of every one; or it is there no more."""
    metric = tuple(Metric)[who]
    if which == 2 and told.catalogue.find(Threshold, metric.value) is not None:
        told.catalogue.remove(Threshold, metric.value)
        return
    falls = metric in (Metric.AVAILABLE_AGENTS, Metric.SERVICE_LEVEL)
    told.catalogue.put(
        Threshold(
            id=metric.value,
            metric=metric,
            queue=QUEUES[which] if which else EVERY_QUEUE,
            above=None if falls else 0.5,
            below=0.5 if falls else None,
            clear=0.5,
        )
    )


def play(told: Told, steps, happenings, readers: list[Reader]) -> list[bool]:
    """Several contacts, each told by the same teller; between their steps everything else. Answers, of
    each contact, whether somebody who listened was given it."""
    for agent in AGENTS[:2]:
        told.command(SignIn(agent_id=agent, status=Status.AVAILABLE, reason=None))
    handed: dict[int, bool] = {}
    contacts: dict[int, Story] = {}
    turn = count()
    others = iter(happenings)
    for pick, seconds, variant in steps:
        number = next(turn) % 3
        told.pass_(seconds)
        story = contacts.get(number)
        if story is None:
            story = contacts[number] = Story(outbound=variant == 5, arrived_at=told.clock.now())
            events = tuple(story.events)
            if variant == 5:  # the teller begins at his own time
                story.state = replace(story.state, arrived_at=told.clock.now())
                events = tuple(replace(event, at=told.clock.now()) for event in events)
        else:
            story.now = told.clock.now()
            try:
                events = story.tell(next_command(story, pick, variant))
            except IllegalCommand:
                continue
        if events:
            handed[number] = handed.get(number, False) or any(
                isinstance(event, HandedOver) for event in events
            )
            name = f"c{number}"
            told.tell(renamed(story.state, name), tuple(renamed(e, name) for e in events))
        if pick % 4 == 0:
            for reader in readers:
                if reader.entities is None:
                    reader.open()
        what = next(others, None)
        if isinstance(what, int):
            reader = readers[what]
            told.flush() if pick % 2 else None
            reader.close() if reader.entities is not None and pick % 3 == 0 else reader.open()
        elif what is not None:
            otherwise(told, *what)
        if pick % 2:
            told.flush()
            check(told, readers if pick % 10 == 9 else ())
    return [handed.get(number, False) for number in range(3)]


def make_readers(told: Told) -> list[Reader]:
    return [Reader(told, f"r{n}", feed, sight) for n, (feed, sight) in enumerate(READERS)]


@settings(max_examples=60)
@given(STEPS, HAPPENINGS, st.booleans())
def test_snapshot_and_pushes_make_a_new_snapshot(steps, happenings, lounge_late):
    told = Told(lounge_late=lounge_late)
    readers = make_readers(told)
    for reader in readers:
        reader.open()
    play(told, steps, happenings, readers)
    told.flush()
    check(told, readers)


def check(told: Told, readers) -> None:
    """The law, now."""
    for reader in readers:
        reader.take()
        fresh = reader.fresh()
        if fresh is None:
            assert reader.entities is None
        elif reader.entities is not None:
            assert rounded(reader.entities) == rounded(fresh)


def rounded(value):
    """Averages are sums in another order; all else is equal."""
    match value:
        case float():
            return round(value, 6)
        case dict():
            return {key: rounded(inner) for key, inner in value.items()}
        case list():
            return [rounded(inner) for inner in value]
    return value


@settings(max_examples=60)
@given(STEPS, HAPPENINGS)
def test_nobody_is_sent_what_he_may_not_see(steps, happenings):
    told = Told()
    readers = make_readers(told)
    for reader in readers:
        reader.open()
    handed = play(told, steps, happenings, readers)
    told.flush()
    for reader in readers:
        reader.take()
        seen = b"\n".join(reader.seen)
        if reader.sight.own and not any(handed):
            assert b"boss" not in seen and b"Monitor" not in seen
        if reader.sight == ONLY_Q0 and reader.feed == "floor":
            assert not any(f'"queue:{q}"'.encode() in seen for q in QUEUES if q != "q0")


def test_the_stories_reach_the_desk_and_every_kind_of_entity():
    """Else the law would hold for want of cases."""
    chance = Random(3)
    keys: set[tuple[str, str]] = set()
    for _ in range(60):
        told = Told()
        readers = make_readers(told)
        for reader in readers:
            reader.open()
        steps = [(chance.randrange(100), 1.0, chance.randrange(6)) for _ in range(60)]
        happenings = [
            chance.choice([None, 5, 7, *((what, chance.randrange(6), 0) for what in (0, 10, 11))])
            for _ in range(60)
        ]
        play(told, steps, happenings, readers)
        for reader in readers:
            feed = reader.feed.partition(":")[0]
            keys |= {(feed, key.partition(":")[0]) for key in reader.entities or ()}
    assert keys >= {
        ("desk", "me"),
        ("desk", "offer"),
        ("desk", "interaction"),
        ("directory", "agent"),
        ("directory", "queue"),
        ("directory", "number"),
        ("directory", "reason"),
        ("floor", "queue"),
        ("floor", "agent"),
        ("floor", "interaction"),
        ("floor", "centre"),
        ("floor", "alarm"),
        ("setup", "kind"),
        ("floor", "quarter"),
        ("interaction", "interaction"),
        ("interaction", "event"),
    }


def test_time_alone_changes_an_expected_wait_and_that_is_pushed():
    """What the old contact took ceases to count, four hours after its end."""
    told = Told()
    told.command(SignIn(agent_id="agent0", status=Status.AVAILABLE, reason=None))
    handled = Story(arrived_at=told.clock.now()).in_flow().queued("q0", wrap_up_s=0.0)
    handled.offered(agent="agent0").accepted().connected()
    handled.at(600.0).leg_ended("i1")
    told.tell(handled.state, tuple(handled.events))
    told.directory.hold_units("agent0", "c9", 100, "on a contact", "voice")
    reader = Reader(told, "r", "floor", ALL)
    reader.open()
    before = reader.entities["queue:q0"]["expected_s"]
    told.pass_(600.0 + 4 * 3600.0 + 1.0)
    told.flush()
    check(told, [reader])
    assert (before, reader.entities["queue:q0"]["expected_s"]) == (1200.0, 360.0)


def test_news_that_were_missed_end_the_feed():
    told = Told()
    story = Story(arrived_at=told.clock.now())
    told.tell(renamed(story.state, "c0"), tuple(renamed(e, "c0") for e in story.events))
    reader = Reader(told, "r", "interaction:c0", ALL)
    reader.open()
    known = len(story.events)
    story.in_flow()
    after = renamed(story.state, "c0")
    told.publish(Published(after=after, events=(renamed(story.events[-1], "c0"),)))
    assert len(story.events) - known > 1
    [(event, message)] = told.outbox.sent["r"]
    assert (event, message["status"]) == ("ended", 409)
