import csv
import io
import json
from zoneinfo import ZoneInfo

import pytest

from controller.reports.cdr import interaction_row, leg_rows, offer_rows
from controller.reports.columns import COLUMNS, INTERACTION_COLUMNS, LEG_COLUMNS, OFFER_COLUMNS
from controller.reports.export import csv_lines, json_lines, rfc3339
from tests.domain.stories import CUSTOMER, Story

HOSTILE = '=cmd|"x";\r\n"王"\x1b[2J'


def rows(name="Ada", address="+4930123456"):
    story = Story(name=name, address=address).in_flow().queued().offered().at(12.3456)
    story.leg_ended(CUSTOMER)
    return story, [interaction_row(story.state, story.events)]


def read_csv(lines):
    text = "".join(lines)
    assert text.endswith("\r\n")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_csv_reads_back_with_a_hostile_name():
    (row,) = read_csv(csv_lines(rows(HOSTILE)[1], INTERACTION_COLUMNS))
    assert row["name"].startswith('\'=cmd|"x";')
    assert "\x1b" not in row["name"] and "\n" not in row["name"]
    assert row["customer"] == "+4930123456"
    assert (row["queued_s"], row["connected"], row["agents"]) == ("12.346", "", "")


def test_every_text_of_csv_is_quoted_so_that_no_separator_begins_a_cell():
    heading, line = csv_lines(rows("a;=1+1")[1], INTERACTION_COLUMNS)
    assert '"a;=1+1"' in line
    assert heading.startswith('"arrived","id"')


def test_csv_has_the_centres_time_with_its_offset():
    (row,) = read_csv(csv_lines(rows()[1], INTERACTION_COLUMNS, ZoneInfo("Asia/Shanghai")))
    assert row["arrived"] == "2026-03-01T17:00:00.000+08:00"


def test_json_has_values_and_utc():
    story, _ = rows(HOSTILE)
    (row,) = json.loads("".join(json_lines(rows(HOSTILE)[1], INTERACTION_COLUMNS)))
    assert row["name"] == HOSTILE
    assert (row["arrived"], row["connected"]) == ("2026-03-01T09:00:00.000Z", None)
    assert row["flow_path"] == ["main"]
    (offer,) = json.loads("".join(json_lines(offer_rows(story.events), OFFER_COLUMNS)))
    assert (offer["passed_over"], offer["result"]) == ({}, "withdrawn")
    legs = json.loads("".join(json_lines(leg_rows(story.state), LEG_COLUMNS)))
    assert [leg["role"] for leg in legs] == ["customer", "agent"]


def test_no_rows_are_an_empty_array_and_a_heading():
    assert json.loads("".join(json_lines([], LEG_COLUMNS))) == []
    assert len(list(csv_lines([], LEG_COLUMNS))) == 1


def test_rows_are_written_as_they_come():
    def endless():
        while True:
            yield rows()[1][0]

    lines = csv_lines(endless(), INTERACTION_COLUMNS)
    assert next(lines) != next(lines)
    assert next(json_lines(endless(), INTERACTION_COLUMNS)).startswith("[\n{")


@pytest.mark.parametrize(
    ("at", "text"),
    [(0.0, "1970-01-01T00:00:00.000Z"), (1772355600.1234, "2026-03-01T09:00:00.123Z")],
)
def test_rfc3339(at, text):
    assert rfc3339(at) == text


@pytest.mark.parametrize("row_type", COLUMNS, ids=lambda row: row.__name__)
def test_every_field_of_a_row_has_one_column(row_type):
    columns = COLUMNS[row_type]
    assert sorted(c.source for c in columns) == sorted(row_type.__dataclass_fields__)
    assert len({c.name for c in columns}) == len(columns)
