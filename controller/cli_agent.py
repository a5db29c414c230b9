"""`tandem agent`: an agent's work from a shell, over the API."""

import time
from pathlib import Path
from typing import Any

import click

from controller.cli_call_control import CALL_CONTROL
from controller.cli_desk import Desk
from controller.cli_http import api_options, connect, path_of, printable, show_json, table


@click.group()
@api_options
@click.option("--agent", "who", default="me", show_default=True, help="Act for this agent.")
@click.pass_context
def agent(
    ctx: click.Context, url: str, token: str | None, token_file: Path, as_json: bool, who: str
) -> None:
    """Sign in, take contacts, finish them. The token says who you are."""
    ctx.obj = Desk(connect(url, token, token_file, as_json), who)


_STATUS = click.Choice(["available", "on_break"])


@agent.command("sign-in")
@click.option("--status", type=_STATUS, default="available", show_default=True)
@click.option("--reason", help="Shown to supervisors.")
@click.pass_obj
def sign_in(desk: Desk, status: str, reason: str | None) -> None:
    """Begin work."""
    body = {"status": status, "reason": reason}
    desk.show_agent(desk.post("agents", desk.who, "sign-in", body=body))


_NOW = click.option("--now", is_flag=True, help="Do not wait for the end of a contact.")


def _when(now: bool) -> str:
    return "now" if now else "after"


@agent.command("sign-out")
@_NOW
@click.pass_obj
def sign_out(desk: Desk, now: bool) -> None:
    """End work: after the present contact, if there is one."""
    desk.show_agent(desk.post("agents", desk.who, "sign-out", body={"when": _when(now)}))


@agent.command()
@click.argument("status", type=_STATUS, required=False)
@click.option("--reason", help="Shown to supervisors.")
@_NOW
@click.pass_obj
def status(desk: Desk, status: str | None, reason: str | None, now: bool) -> None:
    """Show the status, or declare one: available, on_break. In a contact, it comes after it."""
    if status is None:
        return desk.show_agent(desk.api.call("GET", path_of("agents", desk.who)))
    body = {"status": status, "reason": reason, "when": _when(now)}
    desk.show_agent(desk.api.call("PUT", path_of("agents", desk.who, "status"), body))
    return None


@agent.group(invoke_without_command=True)
@click.pass_context
def offers(ctx: click.Context) -> None:
    """Open offers; `offers accept` and `offers decline` answer them."""
    if ctx.invoked_subcommand is not None:
        return
    desk: Desk = ctx.obj
    found = desk.offers()
    if desk.api.as_json:
        show_json(found)
    elif not found:
        click.echo("no open offers")
    else:
        names = ["id", "channel", "queue", "customer_address", "expires_at"]
        table([[str(item[name]) for name in names] for item in found], names)


@click.command()
@click.argument("offer_id", required=False)
@click.pass_obj
def accept(desk: Desk, offer_id: str | None) -> None:
    """Take an offer; without an id, the only open one."""
    desk.show_interaction(desk.post("offers", desk.offer(offer_id), "accept"))


@click.command()
@click.argument("offer_id", required=False)
@click.option("--reason", default="declined", show_default=True)
@click.pass_obj
def decline(desk: Desk, offer_id: str | None, reason: str) -> None:
    """Leave an offer to someone else; without an id, the only open one."""
    body = {"reason": reason}
    desk.show_interaction(desk.post("offers", desk.offer(offer_id), "decline", body=body))


for _parent in (agent, offers):
    _parent.add_command(accept)
    _parent.add_command(decline)


@agent.command()
@click.argument("interaction_id", required=False)
@click.pass_obj
def hold(desk: Desk, interaction_id: str | None) -> None:
    """Let the customer hear music."""
    chosen = desk.interaction(interaction_id, {"talking"})
    desk.show_interaction(desk.post("interactions", chosen, "hold"))


@agent.command()
@click.argument("interaction_id", required=False)
@click.pass_obj
def resume(desk: Desk, interaction_id: str | None) -> None:
    """Take the customer off hold."""
    chosen = desk.interaction(interaction_id, {"held"})
    desk.show_interaction(desk.post("interactions", chosen, "resume"))


@agent.command("hang-up")
@click.argument("interaction_id", required=False)
@click.pass_obj
def hang_up(desk: Desk, interaction_id: str | None) -> None:
    """End the contact."""
    chosen = desk.interaction(
        interaction_id, {"connecting", "talking", "held", "consulted", "reconnecting"}
    )
    desk.show_interaction(desk.post("interactions", chosen, "hang-up"))


@agent.command()
@click.argument("interaction_id", required=False)
@click.pass_obj
def reconnect(desk: Desk, interaction_id: str | None) -> None:
    """Your phone has lost the call: ring it again. The customer hears music meanwhile."""
    chosen = desk.interaction(interaction_id, {"talking", "held", "reconnecting"})
    desk.show_interaction(desk.post("interactions", chosen, "reconnect"))


@agent.command()
@click.argument("code")
@click.argument("interaction_id", required=False)
@click.option("--notes", help="For whoever reads the record.")
@click.pass_obj
def disposition(desk: Desk, code: str, interaction_id: str | None, notes: str | None) -> None:
    """Say how it went: one of the queue's codes."""
    phases = {"talking", "held", "wrap_up"}
    desk.after_work("PUT", interaction_id, phases, "disposition", code=code, notes=notes)


for _command in CALL_CONTROL:
    agent.add_command(_command)


@agent.command()
@click.option("--every", type=click.FloatRange(0.2, 60), default=1.0, show_default=True)
@click.option("--until-offer", is_flag=True, help="End when there is an offer.")
@click.pass_obj
def watch(desk: Desk, every: float, until_offer: bool) -> None:
    """Tell of changes of status and of new offers until Ctrl-C. Asks every EVERY seconds."""
    try:
        _watch(desk, every, until_offer)
    except KeyboardInterrupt:
        return


def _watch(desk: Desk, every: float, until_offer: bool) -> None:
    last_status: tuple[Any, ...] | None = None
    known: set[str] = set()
    while True:
        view = desk.api.call("GET", path_of("agents", desk.who))
        present = tuple(view[n] for n in ("status", "reason", "busy_with", "pending"))
        if present != last_status:
            desk.show_agent(view)
            last_status = present
        for item in desk.offers():
            if item["id"] not in known:
                known.add(item["id"])
                _tell_offer(desk, item)
        if until_offer and known:
            return
        time.sleep(every)


def _tell_offer(desk: Desk, item: dict[str, Any]) -> None:
    if desk.api.as_json:
        return show_json(item)
    customer = printable(f"{item['customer_address']} {item['customer_name']}".strip())
    click.echo(f"offer {item['id']}: {item['channel']} from {customer}, queue {item['queue']}")
    return None
