"""What every store promises, whichever it is."""

from dataclasses import replace

import gevent
import pytest

from controller.domain.agent import Agent, Status, evolve_agent
from controller.domain.events import Arrived, Offered, Queued
from controller.domain.evolve import evolve
from controller.errors import StaleVersion, StoreUnavailable
from controller.ports import Change, InteractionFilter
from tests.store.calls import arrive, become_available, hang_up, offer, queue, sign_in


def ids(interactions):
    return [i.id for i in interactions]


def save_queued(store, interaction_id, queue_name, at):
    arrived = arrive(interaction_id, at)
    changes = [arrived, *queue(arrived.after, queue_name, at)]
    store.commit(changes)
    return changes[-1].after


def test_what_was_committed_is_read_back_equal(store):
    waiting = save_queued(store, "a", "sales", 1000.0)
    offered = offer(waiting, "anna")
    store.commit([offered])
    assert store.interaction("a") == offered.after
    assert [type(e) for e in store.events("interaction:a")][-2:] == [Queued, Offered]


def test_folding_the_stored_events_gives_the_stored_state(store):
    waiting = save_queued(store, "a", "sales", 1000.0)
    store.commit([offer(waiting, "anna")])
    state = None
    for event in store.events("interaction:a"):
        state = evolve(state, event)
    assert state == store.interaction("a")


def test_what_was_never_saved_is_absent(store):
    assert store.interaction("nobody") is None
    assert store.agent("nobody") is None
    assert store.events("interaction:nobody") == []
    assert list(store.open_interactions()) == []
    assert list(store.interactions(InteractionFilter())) == []


def test_agents_have_streams_of_their_own(store):
    signed_in = sign_in("bob")
    store.commit([sign_in("anna"), signed_in])
    store.commit([become_available(signed_in.after)])
    assert [(a.id, a.status) for a in store.agents()] == [
        ("anna", Status.ON_BREAK),
        ("bob", Status.AVAILABLE),
    ]
    replayed: Agent | None = None
    for event in store.events("agent:bob"):
        replayed = evolve_agent(replayed, event)
    assert replayed is not None
    assert (replayed.status, replayed.version) == (Status.AVAILABLE, store.agent("bob").version)


def test_a_stale_change_is_refused_and_names_its_stream(store):
    arrived = arrive("a")
    store.commit([arrived])
    first, second = queue(arrived.after, "sales")
    store.commit([first])
    with pytest.raises(StaleVersion) as caught:
        store.commit([first])
    assert caught.value.stream == "interaction:a"
    store.commit([second])
    assert store.interaction("a") == second.after


def test_a_second_beginning_of_a_stream_is_stale(store):
    store.commit([arrive("a", name="first")])
    with pytest.raises(StaleVersion):
        store.commit([arrive("a", name="second")])
    assert store.interaction("a").name == "first"


def test_a_store_knows_the_very_change_it_holds(store):
    arrived = arrive("a\0\ud800", name='Zo\0\u00eb {"b": 1, "a": [1.5, null]}')
    queued = queue(arrived.after, "sales", 1000.25)
    changes = [arrived, *queued]
    assert not any(store.holds(change) for change in changes)
    store.commit(changes)
    assert all(store.holds(change) for change in changes)
    later = replace(arrived.events[0], at=arrived.events[0].at + 0.001)
    assert not store.holds(replace(arrived, events=(later,)))
    assert not store.holds(offer(queued[-1].after, "anna"))


def test_a_stream_cannot_begin_in_its_middle(store):
    changes = queue(arrive("a").after, "sales")
    with pytest.raises(StaleVersion):
        store.commit(changes)
    assert store.events("interaction:a") == []


def test_changes_of_a_stream_that_do_not_follow_each_other_are_stale(store):
    arrived = arrive("a")
    first, second = queue(arrived.after, "sales")
    with pytest.raises(StaleVersion):
        store.commit([arrived, second, first])
    assert store.interaction("a") is None


def test_a_change_without_events_is_a_mistake(store):
    with pytest.raises(ValueError, match="no events"):
        store.commit([Change(after=arrive("a").after, events=())])


def test_a_big_commit_with_one_stale_stream_saves_nothing(store):
    taken = arrive("m0750")
    store.commit([taken])
    batch = [arrive(f"m{number:04}", 1000.0 + number) for number in range(1500)]
    with pytest.raises(StaleVersion) as caught:
        store.commit([*batch, sign_in("anna")])
    assert caught.value.stream == "interaction:m0750"
    assert ids(store.open_interactions()) == ["m0750"]
    assert store.agent("anna") is None


def test_a_big_commit_is_saved_whole(store):
    batch = [arrive(f"m{number:04}", 1000.0 + number) for number in range(1500)]
    store.commit([*batch, sign_in("anna")])
    assert list(store.open_interactions()) == [change.after for change in batch]
    assert store.agent("anna") is not None


def test_open_interactions_are_those_not_closed_by_arrival(store):
    late, early, gone = arrive("a", 1002.0), arrive("b", 1001.0), arrive("c", 1000.0)
    store.commit([late, early, gone, *hang_up(gone.after)])
    assert store.interaction("c").closed
    assert ids(store.open_interactions()) == ["b", "a"]


def test_filters_by_time_queue_and_agent(store):
    for number in range(6):
        waiting = save_queued(
            store, f"i{number}", "sales" if number % 2 else "care", 1000.0 + number
        )
        if number >= 3:
            store.commit([offer(waiting, "anna" if number == 4 else "bob")])

    def found(**wanted):
        return ids(store.interactions(InteractionFilter(**wanted)))

    assert found() == ["i0", "i1", "i2", "i3", "i4", "i5"]
    assert found(since=1002.0, until=1004.0) == ["i2", "i3"]
    assert found(limit=2) == ["i0", "i1"]
    assert found(limit=0) == []
    assert found(queue="sales") == ["i1", "i3", "i5"]
    assert found(queue="sales", since=1002.0, limit=1) == ["i3"]
    assert found(agent="bob") == ["i3", "i5"]
    assert found(agent="anna", queue="sales") == []
    assert found(agent="bob", queue="sales", until=1005.0) == ["i3"]
    assert found(queue="nowhere") == []


def test_an_interaction_is_found_under_every_queue_it_was_in_once(store):
    arrived = arrive("a")
    first = queue(arrived.after, "sales")
    store.commit([arrived, *first])
    again = offer(first[-1].after, "anna")
    store.commit([again, *hang_up(again.after)])
    assert ids(store.interactions(InteractionFilter(queue="sales"))) == ["a"]
    assert ids(store.interactions(InteractionFilter(agent="anna"))) == ["a"]


def test_reports_longer_than_a_page_miss_and_repeat_nothing(store):
    # Many arrive in the same instant: pages must cut between equal times too.
    batch = [arrive(f"m{number:04}", 1000.0 + number // 700) for number in range(2300)]
    store.commit(batch)
    expected = [change.after.id for change in batch]
    assert ids(store.interactions(InteractionFilter())) == expected
    assert ids(store.interactions(InteractionFilter(limit=2100))) == expected[:2100]


def test_prune_deletes_what_closed_before_a_time_and_no_more(store):
    old, recent, still_open = arrive("old"), arrive("recent"), arrive("open")
    queued = queue(old.after, "sales")
    store.commit([old, *queued, *hang_up(queued[-1].after, 2000.0)])
    store.commit([recent, *hang_up(recent.after, 3000.0), still_open, sign_in("anna")])
    assert store.prune(3000.0) == 1
    assert store.interaction("old") is None
    assert store.events("interaction:old") == []
    assert ids(store.interactions(InteractionFilter())) == ["open", "recent"]
    assert ids(store.interactions(InteractionFilter(queue="sales"))) == []
    assert store.agent("anna") is not None
    assert store.prune(3000.0) == 0


def test_prune_goes_on_beyond_one_batch(store):
    changes = []
    for number in range(1100):
        arrived = arrive(f"m{number}")
        changes += [arrived, *hang_up(arrived.after)]
    store.commit(changes)
    assert store.prune(5000.0) == 1100
    assert list(store.interactions(InteractionFilter())) == []


def test_commits_of_many_greenlets_are_all_saved(store):
    def call(number):
        arrived = arrive(f"c{number:02}", 1000.0 + number)
        store.commit([arrived])
        for change in queue(arrived.after, "sales"):
            store.commit([change])
        return store.interaction(f"c{number:02}") == change.after

    greenlets = [gevent.spawn(call, number) for number in range(40)]
    gevent.joinall(greenlets, raise_error=True)
    assert all(greenlet.value for greenlet in greenlets)
    assert len(store.interactions(InteractionFilter(queue="sales"))) == 40


def test_of_many_greenlets_that_begin_one_stream_exactly_one_wins(store):
    def begin(number):
        try:
            store.commit([arrive("a", name=str(number))])
        except StaleVersion as stale:
            return stale.stream
        return "won"

    greenlets = [gevent.spawn(begin, number) for number in range(16)]
    gevent.joinall(greenlets, raise_error=True)
    answers = [greenlet.value for greenlet in greenlets]
    assert answers.count("won") == 1
    assert answers.count("interaction:a") == 15
    assert store.interaction("a").name == str(answers.index("won"))
    assert len(store.events("interaction:a")) == 1


@pytest.mark.parametrize(
    "hostile", ["An\0na", "An\ud800na", "An\udfff\0na", "a\\u0000", "Ψ 你好 😀"]
)
def test_no_name_of_a_caller_breaks_a_commit(store, hostile):
    store.commit([arrive("fine"), arrive("hostile", name=hostile)])
    assert store.interaction("fine") is not None
    read = store.interaction("hostile").name
    assert len(read) == len(hostile)
    (event,) = store.events("interaction:hostile")
    assert isinstance(event, Arrived)
    assert event.name == read


def test_hostile_ids_find_nothing_and_break_nothing(store):
    assert store.interaction("\0") is None
    assert store.agent("\ud800") is None
    assert store.events("agent:'; DROP TABLE events; --\0") == []
    assert store.interactions(InteractionFilter(queue="\0", agent="\udfff")) == []


def test_an_empty_commit_is_nothing(store):
    store.commit([])
    assert list(store.agents()) == []


def test_a_closed_store_is_unavailable_and_closes_twice(store):
    store.close()
    store.close()
    with pytest.raises(StoreUnavailable, match="closed"):
        store.commit([arrive("a")])
    with pytest.raises(StoreUnavailable, match="closed"):
        store.open_interactions()


def test_the_newest_of_an_address_come_first(store):
    for number in range(5):
        change = arrive(f"i{number}", 1000.0 + number, address="+1555" if number % 2 else "+1666")
        store.commit([change])
    store.commit(hang_up(store.interaction("i3")))  # written again, it keeps its place

    def found(**wanted):
        return ids(store.interactions(InteractionFilter(newest_first=True, **wanted)))

    assert found(address="+1555") == ["i3", "i1"]
    assert found(address="+1666", since=1001.0, limit=1) == ["i4"]
    assert found(address="+1777") == []
    assert ids(store.interactions(InteractionFilter(address="+1666"))) == ["i0", "i2", "i4"]


def test_the_newest_of_a_queue_over_many_pages(store):
    batch = []
    for number in range(1200):
        arrived = arrive(f"m{number:04}", 1000.0 + number // 700)
        batch += [arrived, *queue(arrived.after, "sales", 1000.0)]
    store.commit(batch)
    found = ids(store.interactions(InteractionFilter(queue="sales", newest_first=True)))
    assert found == [f"m{number:04}" for number in reversed(range(1200))]
