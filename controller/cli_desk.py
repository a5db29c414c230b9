"""What commands of `tandem agent` share: whose work it is, and which contact they mean."""

from collections.abc import Collection
from typing import Any

import click

from controller.cli_http import Api, path_of, printable, show_json


class Desk:
    """An agent's view of the API: what is his, and which of it a command without an id means."""

    def __init__(self, api: Api, who: str) -> None:
        self.api = api
        self.who = who

    def post(self, *parts: str, body: dict[str, Any] | None = None) -> Any:
        return self.api.call("POST", path_of(*parts), body or {})

    def after_work(
        self, method: str, given: str | None, phases: Collection[str], *action: str, **body: Any
    ) -> None:
        """Do it to his own part of the contact, which others may have had as well."""
        path = path_of("interactions", self.interaction(given, phases), *action)
        self.show_interaction(self.api.call(method, path, body, {"agent": self.who}))

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
        click.echo(f"{view['id']}: {view['status']}{reason}{busy}{_pending(view)}")
        return None

    def show_interaction(self, view: dict[str, Any]) -> None:
        if self.api.as_json:
            return show_json(view)
        tell_interaction(view)
        return None


def tell_interaction(view: dict[str, Any]) -> None:
    """A contact in a few lines, for people."""
    who = "to" if view["direction"] == "outbound" else "from"
    customer = printable(view["customer_address"])
    click.echo(f"{view['id']}: {view['state']}, {view['channel']} {who} {customer}")
    if view["place"] is not None:
        click.echo(f"  {_waits(view['place'])}")
    for segment in view["segments"]:
        code = f", {printable(segment['disposition'])}" if segment["disposition"] else ""
        click.echo(f"  {segment['agent']}: {segment['phase']}{code}")
    consult = view["consult"]
    if consult is not None:
        click.echo(f"  asks {printable(consult['party'])}: {consult['phase']}")
    for recording in view["recordings"]:
        if recording["paused"]:
            click.echo("  recording paused")
    for monitor in view["monitors"]:
        state = monitor["mode"] if monitor["listening"] else "phone rings"
        click.echo(f"  {monitor['supervisor']} supervises: {state}")


def _waits(place: dict[str, Any]) -> str:
    kept = (
        f", kept for {place['kept_for']} until {place['kept_until']}" if place["kept_for"] else ""
    )
    return f"waits in {place['queue']} since {place['since']}, priority {place['priority']}{kept}"


def _pending(view: dict[str, Any]) -> str:
    if view["pending"] is None:
        return ""
    reason = f" ({printable(view['pending_reason'])})" if view["pending_reason"] else ""
    return f"; {view['pending']}{reason} after this"


def _only(what: str, ids: list[str]) -> str:
    if len(ids) == 1:
        return ids[0]
    if not ids:
        raise click.ClickException(f"there is no {what} of yours for this just now")
    raise click.UsageError(f"there are several; name the {what}: {', '.join(ids)}")
