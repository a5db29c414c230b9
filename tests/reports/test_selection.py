import pytest

from controller.ports import InteractionFilter
from controller.reports.columns import COLUMNS
from controller.reports.selection import cdr_rows
from tests.domain.stories import Story


@pytest.fixture
def two_offers(keep):
    s = Story().in_flow().queued("sales").offered(1, "anna").leg_ended("a1", "NO_ANSWER")
    keep(s.offered(2, "bo"))


@pytest.mark.parametrize(("rows", "count"), [("interactions", 1), ("legs", 3), ("offers", 2)])
def test_rows_come_with_their_columns(store, two_offers, rows, count):
    found, columns = cdr_rows(store, InteractionFilter(), rows)
    found = list(found)
    assert len(found) == count
    assert all(COLUMNS[type(row)] is columns for row in found)


def test_of_offers_only_those_to_the_agent(store, two_offers):
    found, _ = cdr_rows(store, InteractionFilter(agent="bo"), "offers")
    assert [row.agent for row in found] == ["bo"]
