import pytest

from controller.ports import InteractionFilter
from controller.reports.history import histories, interactions
from tests.domain.stories import T0, Story


def arrivals(times):
    """Stories that arrive at these seconds."""
    return [
        Story(interaction_id=f"i{n:03}", leg=f"i{n:03}", arrived_at=T0 + t)
        for n, t in enumerate(times)
    ]


@pytest.mark.parametrize(
    "times",
    [
        [],
        [0],
        [0, 1, 2, 3, 4, 5, 6],
        [0] * 11,
        [0, 0, 0, 0, 1, 1, 1, 1, 1, 2],
        [0, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 3],
    ],
)
@pytest.mark.parametrize("page", [1, 2, 3, 100])
def test_each_comes_once_in_order_whatever_the_page(store, keep, times, page):
    keep(*arrivals(times))
    found = list(interactions(store, InteractionFilter(since=T0), page))
    assert [i.id for i in found] == [f"i{n:03}" for n in range(len(times))]


def test_limits_hold_across_pages(store, keep):
    keep(*arrivals(range(9)))
    wanted = InteractionFilter(since=T0 + 1, until=T0 + 8, limit=5)
    assert [i.id for i in interactions(store, wanted, 2)] == [f"i00{n}" for n in range(1, 6)]
    wanted = InteractionFilter(since=T0 + 1, until=T0 + 4)
    assert [i.id for i in interactions(store, wanted, 2)] == ["i001", "i002", "i003"]


def test_a_history_has_the_whole_stream(store, keep):
    story = Story().in_flow().queued()
    keep(story)
    (history,) = histories(store, InteractionFilter())
    assert history.interaction == story.state
    assert history.events == tuple(story.events)
