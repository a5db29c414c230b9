"""`tandem explain`: why a caller waited, and why that agent got him."""

from datetime import UTC, datetime, tzinfo
from pathlib import Path

import click

from controller.config import load_config
from controller.domain.catalogue import AgentProfile
from controller.reports.explain import Line, explain
from controller.reports.period import find_zone
from controller.reports.text import visible


@click.command("explain")
@click.argument("interaction")
@click.option("--config", "file", type=click.Path(path_type=Path), help="Tandem's YAML file.")
@click.option("--data", type=click.Path(path_type=Path), help="Data folder (default ./data).")
@click.option("--database", metavar="URL", help="Instead of the one in --data.")
@click.option("--timezone", help="Of the times shown (default: config's).")
def explain_command(
    interaction: str,
    file: Path | None,
    data: Path | None,
    database: str | None,
    timezone: str | None,
) -> None:
    """Tell the story of INTERACTION: each wait with what every agent did, each offer with its reason."""
    from controller.opening import open_catalogue, open_store  # late: --help needs none of it

    config = load_config(file, {"data": data, "database": database, "timezone": timezone})
    store = open_store(config)
    try:
        profiles = open_catalogue(config).all(AgentProfile)
        zone = find_zone(config.timezone)
        for line in explain(store, profiles, interaction):
            click.echo(_shown(line, zone))
    finally:
        store.close()


def _shown(line: Line, zone: tzinfo) -> str:
    if line.at is None:
        return f"{'':19}  {visible(line.text)}"
    local = datetime.fromtimestamp(line.at, UTC).astimezone(zone)
    return f"{local:%Y-%m-%d %H:%M:%S}  {visible(line.text)}"
