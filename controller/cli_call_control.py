"""`tandem agent`: transfers, consults, own calls, pauses of the recording, wrap-up, and the directory.

A contact that is not named is the only one of the agent's that the command can mean.
"""

from collections.abc import Callable
from typing import Any

import click

from controller.cli_desk import Desk
from controller.cli_http import show_json, table

#: Phases in which the customer is with the agent.
_WITH_HIM = {"talking", "held"}

_contact = click.argument("interaction_id", required=False)


def _act(desk: Desk, given: str | None, *action: str, body: dict[str, Any] | None = None) -> None:
    chosen = desk.interaction(given, _WITH_HIM)
    desk.show_interaction(desk.post("interactions", chosen, *action, body=body))


# --- transfer --------------------------------------------------------------------------------------


@click.group()
def transfer() -> None:
    """Give the customer away: to an agent, a queue or a number. Yours is the wrap-up."""


@transfer.command("agent")
@click.argument("agent_id")
@_contact
@click.option("--wait", "wait_s", type=click.FloatRange(1, 86_400), default=30, show_default=True)
@click.pass_obj
def transfer_agent(desk: Desk, agent_id: str, interaction_id: str | None, wait_s: float) -> None:
    """He alone has the customer for WAIT seconds, then anybody of the queue."""
    body = {"to": {"agent": agent_id}, "wait_s": wait_s}
    _act(desk, interaction_id, "transfer", body=body)


@transfer.command("queue")
@click.argument("queue_id")
@_contact
@click.option("--anyway", is_flag=True, help="Also if it is closed, full or nobody is there.")
@click.pass_obj
def transfer_queue(desk: Desk, queue_id: str, interaction_id: str | None, anyway: bool) -> None:
    """The customer waits there; the time he has waited counts."""
    body = {"to": {"queue": queue_id}, "anyway": anyway}
    _act(desk, interaction_id, "transfer", body=body)


@transfer.command("number")
@click.argument("number")
@_contact
@click.pass_obj
def transfer_number(desk: Desk, number: str, interaction_id: str | None) -> None:
    """Nobody there: the customer comes back to the queue."""
    _act(desk, interaction_id, "transfer", body={"to": {"number": number}})


# --- consult ---------------------------------------------------------------------------------------


@click.group()
def consult() -> None:
    """Ask somebody while the customer holds; then complete or cancel it."""


_HELP_OF_ASKING = {
    "agent": "Ask one agent.",
    "queue": "Ask the queue's best free agent.",
    "number": "Ask at an outside number.",
}

_HELP_OF_GOING_ON = {
    "complete": "Give the customer to whom you asked.",
    "cancel": "Let go whom you asked; the customer is back.",
    "swap": "Go over to the customer, or back to whom you asked.",
    "join": "Talk, all three.",
}


def _asking(kind: str) -> Callable[..., None]:
    @click.argument("whom")
    @_contact
    @click.pass_obj
    def ask(desk: Desk, whom: str, interaction_id: str | None) -> None:
        _act(desk, interaction_id, "consult", body={kind: whom})

    return ask


def _going_on(action: str) -> Callable[..., None]:
    @_contact
    @click.pass_obj
    def go_on(desk: Desk, interaction_id: str | None) -> None:
        _act(desk, interaction_id, "consult", action)

    return go_on


for _kind, _help in _HELP_OF_ASKING.items():
    consult.command(_kind, help=_help)(_asking(_kind))
for _action, _help in _HELP_OF_GOING_ON.items():
    consult.command(_action, help=_help)(_going_on(_action))


# --- own calls -------------------------------------------------------------------------------------


@click.command()
@click.argument("number")
@click.option("--queue", required=True, help="On whose behalf; its terms hold.")
@click.option("--as", "shown", help="The number of ours that the customer is shown.")
@click.pass_obj
def call(desk: Desk, number: str, queue: str, shown: str | None) -> None:
    """Call a customer: your phone rings first, then his."""
    body = {"number": number, "queue": queue, "as": shown, "agent": desk.who}
    desk.show_interaction(desk.post("calls", body=body))


@click.command()
@click.pass_obj
def directory(desk: Desk) -> None:
    """Agents, queues and our numbers: whom there is to transfer to."""
    found = desk.api.call("GET", "/directory")
    if desk.api.as_json:
        return show_json(found)
    rows = [
        [a["id"], a["name"], a["status"], "yes" if a["free"] else "no", " ".join(a["queues"])]
        for a in found["agents"]
    ]
    table(rows, ["agent", "name", "status", "free", "queues"])
    click.echo()
    table([[q["id"], q["name"], ", ".join(q["dispositions"])] for q in found["queues"]], _QUEUES)
    if found["numbers"]:
        click.echo()
        table([[n["number"], n["name"]] for n in found["numbers"]], ["number", "name"])
    return None


_QUEUES = ["queue", "name", "dispositions"]


# --- recording and wrap-up -------------------------------------------------------------------------


@click.group()
def recording() -> None:
    """Pause and resume the recording of your contact."""


@recording.command()
@_contact
@click.pass_obj
def pause(desk: Desk, interaction_id: str | None) -> None:
    """What is said from now on is not kept."""
    _act(desk, interaction_id, "recording", "pause")


@recording.command("resume")
@_contact
@click.pass_obj
def resume_recording(desk: Desk, interaction_id: str | None) -> None:
    """What is said from now on is kept again."""
    _act(desk, interaction_id, "recording", "resume")


@click.group("wrap-up")
def wrap_up() -> None:
    """End your wrap-up, or make it longer."""


@wrap_up.command()
@_contact
@click.pass_obj
def end(desk: Desk, interaction_id: str | None) -> None:
    """End the wrap-up early."""
    desk.after_work("POST", interaction_id, {"wrap_up"}, "wrap-up", "end")


@wrap_up.command()
@click.argument("seconds", type=click.FloatRange(0, 86_400, min_open=True))
@_contact
@click.pass_obj
def extend(desk: Desk, seconds: float, interaction_id: str | None) -> None:
    """SECONDS longer, as far as the queue allows."""
    desk.after_work("POST", interaction_id, {"wrap_up"}, "wrap-up", "extend", by_s=seconds)


CALL_CONTROL: tuple[click.Command, ...] = (transfer, consult, call, directory, recording, wrap_up)
