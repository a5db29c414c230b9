"""`tandem report`: the CDR, the queues' numbers, and whether the recordings are what they were."""

import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, TypeVar

import click

from controller.adapters.recordings.paths import interactions_between
from controller.adapters.recordings.verify import verify
from controller.config import Config, load_config
from controller.ports import InteractionFilter, Store
from controller.reports.columns import Column, Kind
from controller.reports.export import csv_lines, json_lines
from controller.reports.history import histories
from controller.reports.period import find_zone, parse_period
from controller.reports.selection import Rows, cdr_rows
from controller.reports.summary import EXPLAINED, QUEUE_COLUMNS, queue_rows
from controller.reports.table import table_lines

Command = TypeVar("Command", bound=Callable[..., Any])


def _options(*options: Callable[[Any], Any]) -> Callable[[Command], Command]:
    def add(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add


_settings = _options(
    click.option("--config", "file", type=click.Path(path_type=Path), help="YAML settings."),
    click.option("--data", type=click.Path(path_type=Path), help="Data folder (default ./data)."),
    click.option("--timezone", help="Of --from, --to and the times shown (default: config's)."),
)
_database = click.option("--database", metavar="URL", help="Instead of the one in --data.")
_period = _options(
    click.option("--from", "start", metavar="TIME", help="Default: 24 hours before --to."),
    click.option("--to", "end", metavar="TIME", help="Default: now. A date means its whole day."),
)
_output = _options(
    click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table"),
    click.option(
        "--width", type=click.IntRange(20), help="Of the table (default: the terminal's)."
    ),
)


@click.group()
def report() -> None:
    """What happened: contacts, legs, offers, queues, recordings.

    TIME: 2026-03-29, 2026-03-29T14:30, today, yesterday, now, -30m, -2h, -7d.
    """


@report.command()
@_settings
@_database
@_period
@_output
@click.option("--queue", help="Only contacts that entered this queue (its id).")
@click.option("--agent", help="Only contacts that were offered to this agent (his id).")
@click.option("--interactions", "what", flag_value="interactions", default=True, hidden=True)
@click.option("--legs", "what", flag_value="legs", help="A row a leg of the switch.")
@click.option("--offers", "what", flag_value="offers", help="A row an offer, and why it was made.")
def cdr(
    file: Path | None,
    data: Path | None,
    timezone: str | None,
    database: str | None,
    start: str | None,
    end: str | None,
    form: str,
    width: int | None,
    queue: str | None,
    agent: str | None,
    what: Rows,
) -> None:
    """A row an interaction, by arrival. Default: the last 24 hours."""
    config = _configure(file, data, timezone, database)
    since, until = parse_period(start, end, time.time(), config.timezone)
    wanted = InteractionFilter(since=since, until=until, queue=queue, agent=agent)
    with _Reading(config) as store:
        rows, columns = cdr_rows(store, wanted, what)
        _write(rows, columns, form, width, find_zone(config.timezone))


@report.command()
@_settings
@_database
@_period
@_output
@click.option("--queue", help="Only this queue (its id).")
@click.option(
    "--within",
    default=20.0,
    type=click.FloatRange(0),
    show_default=True,
    help="Target: seconds to an answer.",
)
@click.option(
    "--short",
    default=5.0,
    type=click.FloatRange(0),
    show_default=True,
    help="An earlier abandon is short.",
)
@click.option("--explain", is_flag=True, help="Only say what each number means.")
def queues(
    file: Path | None,
    data: Path | None,
    timezone: str | None,
    database: str | None,
    start: str | None,
    end: str | None,
    form: str,
    width: int | None,
    queue: str | None,
    within: float,
    short: float,
    explain: bool,
) -> None:
    """A row a queue: service levels side by side, abandonment, speed of answer, handling time."""
    if explain:
        for name, sentence in EXPLAINED.items():
            click.echo(f"{name}\n    {sentence}")
        return
    config = _configure(file, data, timezone, database)
    since, until = parse_period(start, end, time.time(), config.timezone)
    wanted = InteractionFilter(since=since, until=until, queue=queue)
    with _Reading(config) as store:
        rows = queue_rows(histories(store, wanted), within, short, queue)
    _write(rows, QUEUE_COLUMNS, form, width, find_zone(config.timezone))


@report.command()
@_settings
@_period
@_output
@click.option("--recordings", "root", type=click.Path(path_type=Path), help="Their folder.")
@click.option("--verify", "check", is_flag=True, help="Recompute every hash and compare.")
def recordings(
    file: Path | None,
    data: Path | None,
    timezone: str | None,
    start: str | None,
    end: str | None,
    form: str,
    width: int | None,
    root: Path | None,
    check: bool,
) -> None:
    """What the manifests of the days (UTC) of --from to --to list. Exit code 1: --verify failed."""
    if not check:
        raise click.UsageError("say --verify; a list of recordings is in `tandem report cdr`")
    config = _configure(file, data, timezone, None)
    since, until = parse_period(start, end, time.time(), config.timezone)
    first = datetime.fromtimestamp(since, UTC).date()
    last = (datetime.fromtimestamp(until, UTC) - timedelta(microseconds=1)).date()
    folder = root or config.recordings
    if not folder.is_dir():
        raise click.ClickException(f"there is no folder {folder}; name it with --recordings")
    failures = 0

    def verdicts() -> Iterator[object]:
        nonlocal failures
        for interaction_id in interactions_between(folder, first, last):
            for verdict in verify(folder, interaction_id):
                failures += verdict.problem is not None
                yield verdict

    _write(verdicts(), _VERDICT_COLUMNS, form, width, find_zone(config.timezone))
    if failures:
        raise click.ClickException(f"{failures} recordings are not what their manifest says")


_VERDICT_COLUMNS: tuple[Column, ...] = (
    Column(name="interaction", source="interaction", rank=2),
    Column(name="file", source="file", rank=3),
    Column(name="agent", source="agent", rank=4),
    Column(name="start", source="start", rank=4),
    Column(name="length_s", source="length_s", kind=Kind.SECONDS, rank=4),
    Column(name="known_error", source="known_error", rank=5),
    Column(name="problem", source="problem", rank=1),
)


def _configure(
    file: Path | None, data: Path | None, timezone: str | None, database: str | None
) -> Config:
    return load_config(file, {"data": data, "timezone": timezone, "database": database})


class _Reading:
    """The store, open as long as the block runs."""

    def __init__(self, config: Config) -> None:
        from controller.opening import open_store  # late: --help needs none of it

        self._store = open_store(config)

    def __enter__(self) -> Store:
        return self._store

    def __exit__(self, *exc_info: object) -> None:
        self._store.close()


def _write(
    rows: Iterable[object],
    columns: Sequence[Column],
    form: str,
    terminal: int | None,
    zone: tzinfo,
) -> None:
    """To standard output as it comes: UTF-8 and, for CSV, CRLF, whatever the locale says."""
    if form == "csv":
        lines = csv_lines(rows, columns, zone)
    elif form == "json":
        lines = json_lines(rows, columns)
    else:
        if terminal is None and sys.stdout.isatty():
            terminal = shutil.get_terminal_size().columns
        lines = table_lines(rows, columns, terminal, zone)
    out = sys.stdout.buffer
    for line in lines:
        out.write(line.encode("utf-8"))
    out.flush()
