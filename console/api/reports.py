"""Reports over HTTP: the CDR's three tables and the queues' numbers, as JSON or CSV."""

from collections.abc import Iterable, Sequence
from itertools import chain, islice
from typing import Literal

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import Field

from console.api.guard import caller
from console.api.problems import COMMON
from console.api.rights import API
from console.api.schemas.values import Query
from console.api.visible import sight_of
from console.services import here
from controller.ports import InteractionFilter
from controller.reports.columns import Column
from controller.reports.export import csv_lines, json_lines
from controller.reports.history import histories
from controller.reports.period import find_zone, parse_period
from controller.reports.selection import Reader, Rows, cdr_rows
from controller.reports.summary import QUEUE_COLUMNS, queue_rows

reports = APIBlueprint(
    "reports",
    __name__,
    url_prefix=f"{API}/reports",
    abp_tags=[Tag(name="reports", description="What happened, in rows and in numbers.")],
    abp_security=[{"token": []}, {"cookie": []}],
    abp_responses=COMMON,
)

_ROWS = {
    "description": "A JSON array of rows, or CSV (RFC 4180). An array without its end was cut off.",
    "content": {
        "application/json": {"schema": {"type": "array", "items": {"type": "object"}}},
        "text/csv": {"schema": {"type": "string"}},
    },
}


class ReportQuery(Query):
    since: str | None = Field(
        default=None,
        max_length=40,
        description="2026-03-29, 2026-03-29T14:30 (or with an offset), today, yesterday, -2h, -7d."
        " Default: 24 hours before `until`.",
    )
    until: str | None = Field(
        default=None,
        max_length=40,
        description="Likewise; a date means its whole day. Default: now.",
    )
    timezone: str = Field(default="UTC", max_length=64, description="Of the times without offset.")
    queue: str | None = Field(default=None, max_length=63)
    format: Literal["json", "csv"] = "json"


class CdrQuery(ReportQuery):
    agent: str | None = Field(default=None, max_length=63, description="Who was offered it.")
    rows: Rows = "interactions"


class QueuesQuery(ReportQuery):
    within: float = Field(
        default=20.0, ge=0, le=86_400, description="Target: seconds to an answer."
    )
    short: float = Field(default=5.0, ge=0, le=86_400, description="An earlier abandon is short.")


@reports.get("/cdr", summary="Interactions, legs or offers", responses={200: _ROWS})
def cdr(query: CdrQuery) -> Response:
    """By arrival. Sent as it is read, so a long period takes no memory."""
    sight = sight_of(caller())
    reader = Reader(interaction=sight.sees, queue=sight.sees_queue)
    rows, columns = cdr_rows(here().store, _wanted(query, query.agent), query.rows, reader)
    # Paths of files on the server stay inside: recordings are fetched by id.
    return _send(rows, [c for c in columns if c.source != "recordings"], query)


@reports.get("/queues", summary="Service levels and handling time", responses={200: _ROWS})
def queues(query: QueuesQuery) -> Response:
    """A row a queue. Every formula's name is its column; a number without meaning is null."""
    told = histories(here().store, _wanted(query, None))
    sight = sight_of(caller())
    rows = queue_rows(told, query.within, query.short, query.queue)
    return _send([row for row in rows if sight.sees_queue(row.queue)], QUEUE_COLUMNS, query)


def _wanted(query: ReportQuery, agent: str | None) -> InteractionFilter:
    since, until = parse_period(query.since, query.until, here().clock.now(), query.timezone)
    return InteractionFilter(since=since, until=until, queue=query.queue, agent=agent)


def _send(rows: Iterable[object], columns: Sequence[Column], query: ReportQuery) -> Response:
    if query.format == "csv":
        lines, media_type = csv_lines(rows, columns, find_zone(query.timezone)), "text/csv"
    else:
        lines, media_type = json_lines(rows, columns), "application/json"
    # The heading and a row are read before the answer begins: no database is still a clean 503.
    begun = list(islice(lines, 2))
    return Response(
        (line.encode("utf-8") for line in chain(begun, lines)),
        content_type=f"{media_type}; charset=utf-8",
    )
