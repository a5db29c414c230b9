"""`tandem supervise`: listen to a contact, whisper, barge in, take over. Your phone rings for it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from controller.cli_desk import tell_interaction
from controller.cli_http import Api, api_options, connect, path_of, show_json, table


@click.group()
@api_options
@click.pass_context
def supervise(
    ctx: click.Context, url: str, token: str | None, token_file: Path, as_json: bool
) -> None:
    """Listen to a contact, step in, and steer who waits. Listening takes a token that has an agent."""
    ctx.obj = connect(url, token, token_file, as_json)


def _show(api: Api, view: dict[str, Any]) -> None:
    if api.as_json:
        show_json(view)
    else:
        tell_interaction(view)


def _in_mode(mode: str) -> Callable[..., None]:
    @click.argument("interaction")
    @click.pass_obj
    def begin(api: Api, interaction: str) -> None:
        path = path_of("interactions", interaction, "monitor")
        _show(api, api.call("POST", path, {"mode": mode}))

    return begin


for _mode, _help in {
    "listen": "Hear customer and agent; nobody hears you.",
    "whisper": "As listen, and the agent alone hears you.",
    "barge": "As listen, and both hear you.",
}.items():
    supervise.command(_mode, help=f"{_help} While you listen already, this changes it.")(
        _in_mode(_mode)
    )


@supervise.command("take-over")
@click.argument("interaction")
@click.pass_obj
def take_over(api: Api, interaction: str) -> None:
    """Become the customer's agent, while you listen."""
    _show(api, api.call("POST", path_of("interactions", interaction, "take-over"), {}))


@supervise.command()
@click.argument("interaction")
@click.pass_obj
def stop(api: Api, interaction: str) -> None:
    """Listen no more."""
    _show(api, api.call("DELETE", path_of("interactions", interaction, "monitor")))


@supervise.command()
@click.argument("interaction")
@click.argument("priority", type=int)
@click.pass_obj
def prioritise(api: Api, interaction: str, priority: int) -> None:
    """Give a waiting customer another PRIORITY; a point is a minute. `--` before one below 0."""
    path = path_of("interactions", interaction, "priority")
    _show(api, api.call("PUT", path, {"priority": priority}))


@supervise.command()
@click.argument("interaction")
@click.argument("queue")
@click.option("--anyway", is_flag=True, help="Also if it is closed, full or nobody is there.")
@click.pass_obj
def move(api: Api, interaction: str, queue: str, anyway: bool) -> None:
    """Have a waiting customer wait in another QUEUE; the time he has waited counts."""
    path = path_of("interactions", interaction, "move")
    _show(api, api.call("POST", path, {"queue": queue, "anyway": anyway}))


@supervise.command()
@click.argument("interaction")
@click.argument("agent")
@click.option("--wait", "wait_s", default=30.0, show_default=True, help="Seconds; then the queue.")
@click.pass_obj
def assign(api: Api, interaction: str, agent: str, wait_s: float) -> None:
    """Give a waiting customer to AGENT (or to `me`), who alone may have him for a while."""
    path = path_of("interactions", interaction, "assign")
    _show(api, api.call("POST", path, {"agent": agent, "wait_s": wait_s}))


@supervise.command()
@click.pass_obj
def alarms(api: Api) -> None:
    """Thresholds that are passed now, the oldest first."""
    items = api.call("GET", path_of("alarms"))["items"]
    if api.as_json:
        return show_json(items)
    columns = ["id", "metric", "value", "above", "below", "severity", "since", "acknowledged_by"]
    rows = [["" if item[name] is None else str(item[name]) for name in columns] for item in items]
    return table(rows, columns)


@supervise.command()
@click.argument("alarm")
@click.pass_obj
def acknowledge(api: Api, alarm: str) -> None:
    """Say that you have seen ALARM (such as many@sales): it is silent from then on."""
    seen = api.call("POST", path_of("alarms", alarm, "acknowledge"))
    if api.as_json:
        return show_json(seen)
    return click.echo(f"{alarm}: acknowledged by {seen['acknowledged_by']}")
