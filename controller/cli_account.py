"""`tandem account`: who may sign in. Passwords are typed on the terminal or read from stdin, never named
on the command line, which others here may see."""

import re
import secrets
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from controller.cli_admin import Noun, group_of, show_entry, with_set
from controller.cli_http import Api, ApiRefusal, path_of
from controller.config import load_config
from controller.errors import Invalid

_ACCOUNT = Noun(
    command="account",
    path="accounts",
    text="Who may sign in with a password.",
    columns=("id", "name", "role", "agent", "queues", "enabled"),
    schema="AccountBody",
)
_ROLES = ["agent", "supervisor", "manager", "admin", "auditor"]
_RANDOM_BYTES = 16

ACCOUNT_GROUP = with_set(group_of(_ACCOUNT), _ACCOUNT)


@ACCOUNT_GROUP.command("add")
@click.argument("account", metavar="NAME")
@click.option("--role", required=True, type=click.Choice(_ROLES))
@click.option("--name", help="What people call him; default: the NAME he types.")
@click.option("--agent", help="The agent he works as; needed for the role agent.")
@click.option("--queue", "queues", multiple=True, help="All that a supervisor or manager sees.")
@click.option("--language", type=click.Choice(["en", "zh-CN"]))
@click.option("--make", is_flag=True, help="Have a password made and printed.")
@click.pass_obj
def add(
    api: Api,
    account: str,
    role: str,
    name: str | None,
    agent: str | None,
    queues: tuple[str, ...],
    language: str | None,
    make: bool,
) -> None:
    """Make an account. The password is asked for; he chooses his own when he first signs in."""
    if _present(api, account):
        raise click.UsageError(f"there is an account {account}; use `set` or `password`")
    body: dict[str, Any] = {
        "name": name or account,
        "role": role,
        "agent": agent,
        "queues": list(queues),
        "language": language,
    }
    if not make:
        body["password"] = _typed()
    made = api.call("PUT", path_of(_ACCOUNT.path, account), body)
    if made["password"] is not None:
        _tell(made["password"])
    else:
        show_entry(api, made)


@ACCOUNT_GROUP.command("password")
@click.argument("account", metavar="NAME")
@click.option("--make", is_flag=True, help="Make one and print it.")
@click.pass_obj
def set_password(api: Api, account: str, make: bool) -> None:
    """Set another password, which signs him out. It is asked for."""
    present = _present(api, account)
    if not present:
        raise click.UsageError(f"there is no account {account}; make it with `add`")
    password = secrets.token_urlsafe(_RANDOM_BYTES) if make else _typed()
    api.call("PUT", path_of(_ACCOUNT.path, account), {**present, "password": password})
    if make:
        _tell(password)


def _typed() -> str:
    """Twice on a terminal; else the first line of stdin."""
    if sys.stdin.isatty():
        typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        return typed
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise click.UsageError("no password on stdin; type it, pipe it, or use --make")
    return line


def _tell(password: str) -> None:
    click.echo(password)
    click.echo("the password above is shown this once; it has to be changed at sign-in", err=True)


def _present(api: Api, account: str) -> dict[str, Any]:
    try:
        return dict(api.call("GET", path_of(_ACCOUNT.path, account)))
    except ApiRefusal as refusal:
        if refusal.status == 404:
            return {}
        raise


@ACCOUNT_GROUP.command("recover")
@click.argument("account", metavar="NAME")
@click.option("--config", "file", type=click.Path(path_type=Path), help="Tandem's YAML file.")
@click.option("--data", type=click.Path(path_type=Path), help="Data folder (default ./data).")
def recover(account: str, file: Path | None, data: Path | None) -> None:
    """Make NAME an admin with a password that is asked for: on the machine with the database.

    For when no admin gets in any more. A Tandem that runs on this data folder knows it at once.
    """
    from console.api.schemas.values import SLUG_PATTERN  # late: only this command needs all this
    from console.passwords import Passwords
    from console.setup.faults import check, of_password
    from controller.cli_recovery import tell_running
    from controller.domain.audit import Deed
    from controller.domain.catalogue import Account
    from controller.opening import open_catalogue

    config = load_config(file, {"data": data})
    if config.database is None and not (config.data / "tandem.db").exists():
        raise Invalid(f"no database in {config.data}; name Tandem's file or folder")
    if not re.fullmatch(SLUG_PATTERN, account):
        raise Invalid(f"{account!r}: use a-z, 0-9, _ and -, beginning with a letter or digit")
    catalogue = open_catalogue(config)
    present = catalogue.find(Account, account) or Account(id=account, name=account, role="admin")
    password = _typed()
    check(of_password(password, present))
    now = time.time()
    hashed = Passwords().hash(password)
    admin = replace(present, role="admin", queues=(), enabled=True, must_change=False)
    deed = Deed(
        at=now,
        who="",
        role="",
        address="",
        action="tandem account recover",
        subject=account,
        outcome="done",
    )
    catalogue.put(replace(admin, password_hash=hashed, changed_at=now), deed)
    click.echo(f"{account} is an admin and can sign in")
    left = tell_running(config.data)
    if left:
        click.echo(left, err=True)
