from itertools import islice, repeat
from zoneinfo import ZoneInfo

import pytest

from controller.reports.cdr import interaction_row
from controller.reports.columns import INTERACTION_COLUMNS
from controller.reports.table import table_lines
from controller.reports.text import width
from tests.domain.stories import CUSTOMER, Story


def row(name="Ada"):
    story = Story(name=name).in_flow().queued("销售部").at(7).leg_ended(CUSTOMER)
    return interaction_row(story.state, story.events)


ROWS = [row(), row("王小明"), row("\x1b[2J" + "x" * 300)]


@pytest.mark.parametrize("terminal", [60, 80, 100, 132, 200, 400])
def test_no_line_is_wider_than_the_terminal(terminal):
    *lines, note = table_lines(ROWS, INTERACTION_COLUMNS, terminal)
    assert all(width(line.rstrip("\n")) <= terminal for line in lines)
    assert "\x1b" not in "".join(lines)
    assert len(lines) in (2 + len(ROWS), 1 + len(ROWS))
    assert note.startswith("not shown") == (len(lines) == 2 + len(ROWS))


def test_a_narrow_terminal_keeps_what_matters_and_names_the_rest():
    lines = list(table_lines(ROWS, INTERACTION_COLUMNS, 80))
    assert all(name in lines[0] for name in ("arrived", "customer", "agents", "outcome"))
    assert "recordings" not in lines[0]
    assert "recordings" in lines[-1]


def test_columns_stand_under_each_other_with_wide_characters():
    heading, _, *lines = table_lines(ROWS[:2], INTERACTION_COLUMNS)
    column = width(heading[: heading.index("dialled")])
    for line in lines:
        at = line.index("+4930123456")
        assert width(line[:at]) == column


def test_without_a_terminal_nothing_is_cut():
    text = "".join(table_lines(ROWS, INTERACTION_COLUMNS))
    assert "x" * 300 in text
    assert "not shown" not in text


def test_times_are_the_centres():
    lines = list(table_lines([row()], INTERACTION_COLUMNS, zone=ZoneInfo("Asia/Shanghai")))
    assert "2026-03-01 17:00:00" in lines[2]


def test_nothing_is_said_in_words():
    assert list(table_lines([], INTERACTION_COLUMNS)) == ["nothing in this period\n"]


def test_a_long_table_streams():
    assert len(list(islice(table_lines(repeat(ROWS[0]), INTERACTION_COLUMNS, 80), 1000))) == 1000
