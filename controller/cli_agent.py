"""`tandem agent`: an agent's work from a shell, over the API."""

import time
from collections.abc import Collection
from pathlib import Path
from typing import Any

import click

from controller.cli_http import Api, api_options, connect, path_of, printable, show_json, table


@click.group()
@api_options
@click.option("--agent", "who", default="me", show_default=True, help="Act for this agent.")
@click.pass_context
def agent(
    ctx: click.Context, url: str, token: str | None, token_file: Path, as_json: bool, who: str
) -> None:
    """Sign in, take contacts, finish them. The token says who you are."""
    ctx.obj = _Desk(connect(url, token, token_file, as_json), who)


class _Desk:
    """An agent's view of the API: what is his, and which of it a command without an id means."""

    def __init__(self, api: Api, who: str) -> None:
        self.api = api
        self.who = who

    def post(self, *parts: str, body: dict[str, Any] | None = None) -> Any:
        return self.api.call("POST", path_of(*parts), body or {})

    def offers(self) -> list[dict[str, Any]]:
        found = self.api.call("GET", "/offers", query={"agent": self.who})["items"]
        return list(found)

    def offer(self, given: str | None) -> str:
        """The id given, or that of the only open offer."""
        return given or _only("offer", [item["id"] for item in self.offers()])

    def interaction(self, given: str | None, phases: Collection[str]) -> str:
        """The id given, or that of the only contact with a segment of his in one of the phases."""
        if given:
            return given
        own = self.api.call("GET", path_of("agents", self.who))["id"]
        listed = self.api.call("GET", "/interactions", query={"open": "true", "agent": self.who})
        found = []
        for item in listed["items"]:
            whole = self.api.call("GET", path_of("interactions", item["id"]))
            if any(s["agent"] == own and s["phase"] in phases for s in whole["segments"]):
                found.append(whole["id"])
        return _only("contact", found)

    def show_agent(self, view: dict[str, Any]) -> None:
        if self.api.as_json:
            return show_json(view)
        reason = f" ({printable(view['reason'])})" if view["reason"] else ""
        busy = f", {view['busy_with']}" if view["busy_with"] else ""
        click.echo(f"{view['id']}: {view['status']}{reason}{busy}")
        return None

    def show_interaction(self, view: dict[str, Any]) -> None:
        if self.api.as_json:
            return show_json(view)
        caller = printable(view["customer_address"])
        click.echo(f"{view['id']}: {view['state']}, {view['channel']} from {caller}")
        for segment in view["segments"]:
            code = f", {printable(segment['disposition'])}" if segment["disposition"] else ""
            click.echo(f"  {segment['agent']}: {segment['phase']}{code}")
        return None


def _only(what: str, ids: list[str]) -> str:
    if len(ids) == 1:
        return ids[0]
    if not ids:
        raise click.ClickException(f"there is no {what} of yours for this just now")
    raise click.UsageError(f"there are several; name the {what}: {', '.join(ids)}")


_STATUS = click.Choice(["available", "on_break"])


@agent.command("sign-in")
@click.option("--status", type=_STATUS, default="available", show_default=True)
@click.option("--reason", help="Shown to supervisors.")
@click.pass_obj
def sign_in(desk: _Desk, status: str, reason: str | None) -> None:
    """Begin work."""
    body = {"status": status, "reason": reason}
    desk.show_agent(desk.post("agents", desk.who, "sign-in", body=body))


@agent.command("sign-out")
@click.pass_obj
def sign_out(desk: _Desk) -> None:
    """End work."""
    desk.show_agent(desk.post("agents", desk.who, "sign-out"))


@agent.command()
@click.argument("status", type=_STATUS, required=False)
@click.option("--reason", help="Shown to supervisors.")
@click.pass_obj
def status(desk: _Desk, status: str | None, reason: str | None) -> None:
    """Show the status, or declare one: available, on_break."""
    if status is None:
        return desk.show_agent(desk.api.call("GET", path_of("agents", desk.who)))
    body = {"status": status, "reason": reason}
    desk.show_agent(desk.api.call("PUT", path_of("agents", desk.who, "status"), body))
    return None


@agent.group(invoke_without_command=True)
@click.pass_context
def offers(ctx: click.Context) -> None:
    """Open offers; `offers accept` and `offers decline` answer them."""
    if ctx.invoked_subcommand is not None:
        return
    desk: _Desk = ctx.obj
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
def accept(desk: _Desk, offer_id: str | None) -> None:
    """Take an offer; without an id, the only open one."""
    desk.show_interaction(desk.post("offers", desk.offer(offer_id), "accept"))


@click.command()
@click.argument("offer_id", required=False)
@click.option("--reason", default="declined", show_default=True)
@click.pass_obj
def decline(desk: _Desk, offer_id: str | None, reason: str) -> None:
    """Leave an offer to someone else; without an id, the only open one."""
    body = {"reason": reason}
    desk.show_interaction(desk.post("offers", desk.offer(offer_id), "decline", body=body))


for _parent in (agent, offers):
    _parent.add_command(accept)
    _parent.add_command(decline)


@agent.command()
@click.argument("interaction_id", required=False)
@click.pass_obj
def hold(desk: _Desk, interaction_id: str | None) -> None:
    """Let the customer hear music."""
    chosen = desk.interaction(interaction_id, {"talking"})
    desk.show_interaction(desk.post("interactions", chosen, "hold"))


@agent.command()
@click.argument("interaction_id", required=False)
@click.pass_obj
def resume(desk: _Desk, interaction_id: str | None) -> None:
    """Take the customer off hold."""
    chosen = desk.interaction(interaction_id, {"held"})
    desk.show_interaction(desk.post("interactions", chosen, "resume"))


@agent.command("hang-up")
@click.argument("interaction_id", required=False)
@click.pass_obj
def hang_up(desk: _Desk, interaction_id: str | None) -> None:
    """End the contact."""
    chosen = desk.interaction(interaction_id, {"talking", "held"})
    desk.show_interaction(desk.post("interactions", chosen, "hang-up"))


@agent.command()
@click.argument("code")
@click.argument("interaction_id", required=False)
@click.option("--notes", help="For whoever reads the record.")
@click.pass_obj
def disposition(desk: _Desk, code: str, interaction_id: str | None, notes: str | None) -> None:
    """Say how it went: one of the queue's codes."""
    chosen = desk.interaction(interaction_id, {"talking", "held", "wrap_up"})
    path = path_of("interactions", chosen, "disposition")
    desk.show_interaction(desk.api.call("PUT", path, {"code": code, "notes": notes}))


@agent.command("wrap-up-end")
@click.argument("interaction_id", required=False)
@click.pass_obj
def wrap_up_end(desk: _Desk, interaction_id: str | None) -> None:
    """End the wrap-up early."""
    chosen = desk.interaction(interaction_id, {"wrap_up"})
    desk.show_interaction(desk.post("interactions", chosen, "wrap-up", "end"))


@agent.command()
@click.option("--every", type=click.FloatRange(0.2, 60), default=1.0, show_default=True)
@click.option("--until-offer", is_flag=True, help="End when there is an offer.")
@click.pass_obj
def watch(desk: _Desk, every: float, until_offer: bool) -> None:
    """Tell of changes of status and of new offers until Ctrl-C. Asks every EVERY seconds."""
    try:
        _watch(desk, every, until_offer)
    except KeyboardInterrupt:
        return


def _watch(desk: _Desk, every: float, until_offer: bool) -> None:
    last_status: tuple[Any, ...] | None = None
    known: set[str] = set()
    while True:
        view = desk.api.call("GET", path_of("agents", desk.who))
        present = (view["status"], view["reason"], view["busy_with"])
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


def _tell_offer(desk: _Desk, item: dict[str, Any]) -> None:
    if desk.api.as_json:
        return show_json(item)
    customer = printable(f"{item['customer_address']} {item['customer_name']}".strip())
    click.echo(f"offer {item['id']}: {item['channel']} from {customer}, queue {item['queue']}")
    return None
