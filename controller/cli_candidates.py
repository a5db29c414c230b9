"""`tandem candidates`: who could take a contact now, and why the others could not."""

from pathlib import Path
from typing import Any

import click

from controller.cli_http import api_options, connect, path_of, printable, show_json, table


@click.command("candidates")
@click.argument("interaction")
@click.option("--queue", help="As if it waited in this queue.")
@api_options
def candidates_command(
    interaction: str,
    queue: str | None,
    url: str,
    token: str | None,
    token_file: Path,
    as_json: bool,
) -> None:
    """Show who could take INTERACTION now, best first, and why the others could not.

    Asks the Tandem that runs. `tandem explain` tells what happened before.
    """
    api = connect(url, token, token_file, as_json)
    query = {"queue": queue} if queue else None
    found = api.call("GET", path_of("interactions", interaction, "candidates"), query=query)
    if as_json:
        return show_json(found)
    click.echo(_headline(found))
    if not found["eligible"]:
        click.echo("nobody could take it now")
    rows = [[e["agent"], "yes", e["merit"]] for e in found["eligible"]]
    rows += [[p["agent"], "no", p["reason"]] for p in found["passed_over"]]
    if rows:
        table(rows, ["agent", "could", "why"])
    return None


def _headline(found: dict[str, Any]) -> str:
    state = "waits" if found["waiting"] else "does not wait; if it did"
    needs = ", ".join(f"{skill} {level}" for skill, level in found["needs"].items())
    slack = found["slack_s"]
    parts = [
        f"{printable(found['queue'])}: {state}, {found['ahead']} before it",
        f"needs {needs}" if needs else "needs no skill",
        f"{slack:.0f} s of the target left" if slack >= 0 else f"target passed by {-slack:.0f} s",
        f"by {found['rule']}",
    ]
    if found["kept_for"]:
        parts.append(f"kept for {found['kept_for']}")
    if found["next_change"]:
        parts.append(f"changes at {found['next_change']}")
    return "; ".join(parts)
