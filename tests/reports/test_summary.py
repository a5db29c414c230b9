from controller.reports.export import json_record
from controller.reports.history import History
from controller.reports.summary import EXPLAINED, QUEUE_COLUMNS, queue_rows
from tests.domain.stories import CUSTOMER, Story


def told(*stories):
    return [History(interaction=s.state, events=tuple(s.events)) for s in stories]


def test_a_queues_numbers():
    handled = Story().in_flow().queued().at(10).offered().accepted().connected()
    handled.at(70).leg_ended(CUSTOMER).leg_ended("a1").at(100).wrapped_up()
    short = Story().in_flow().queued().at(2).leg_ended(CUSTOMER)
    other = Story().in_flow().queued("support")
    sales, support = queue_rows(told(handled, short, other), within_s=20, short_s=5)
    record = json_record(sales, QUEUE_COLUMNS)
    assert record["queue"] == "sales"
    assert (record["offered"], record["answered"], record["short_abandoned"]) == (2, 1, 1)
    assert record["answered_within / answered"] == 1.0
    assert record["answered_within / offered"] == 0.5
    assert record["answered_within / (answered + abandoned), excluding short abandons"] == 1.0
    assert record["average handling time"] == 90.0
    assert json_record(support, QUEUE_COLUMNS)["answered_within / answered"] is None


def test_one_queue_alone():
    s = Story().in_flow().queued("sales")
    assert queue_rows(told(s), 20, 5, queue="support") == []


def test_every_formula_shown_is_explained():
    shown = {column.name for column in QUEUE_COLUMNS}
    assert set(EXPLAINED) <= shown
