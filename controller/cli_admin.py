"""`tandem queue|did|schedule|profile|token`: the setup from a shell, over the API."""

import json
import sys
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import click
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from controller.cli_http import Api, ApiRefusal, api_options, connect, path_of, show_json, table
from controller.config import load_config
from controller.errors import Invalid

#: Text, even when it looks like a number: `0301` must not become 301, nor a password `12e5` 1200000.
_DIGIT_NAMES = frozenset({"id", "extension", "phone_password"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Noun:
    """A kind of entry: its command, its path and body in the API, what a list shows."""

    command: str
    path: str
    text: str
    columns: tuple[str, ...]
    schema: str = ""


_QUEUE = Noun(
    command="queue",
    path="queues",
    text="Queues.",
    columns=("id", "name", "offer_s", "wrap_up_s", "schedule"),
    schema="QueueBody",
)
_DID = Noun(
    command="did",
    path="dids",
    text="Numbers customers dial.",
    columns=("id", "flow", "name"),
    schema="DidBody",
)
_SCHEDULE = Noun(
    command="schedule",
    path="schedules",
    text="Opening hours.",
    columns=("id", "timezone", "week"),
    schema="ScheduleBody",
)
_PROFILE = Noun(
    command="profile",
    path="agent-profiles",
    text="Agents and their phones.",
    columns=("id", "name", "extension", "queues", "enabled"),
    schema="ProfileBody",
)
_REASON = Noun(
    command="reason",
    path="reasons",
    text="Reasons of a break.",
    columns=("id", "name", "order", "counts_as"),
    schema="ReasonBody",
)
_THRESHOLD = Noun(
    command="threshold",
    path="thresholds",
    text="Thresholds that alarm.",
    columns=("id", "queue", "metric", "above", "below", "clear", "for_s", "severity", "enabled"),
    schema="ThresholdBody",
)
_TOKEN = Noun(
    command="token",
    path="tokens",
    text="API tokens.",
    columns=("id", "name", "role", "agent", "expires_at"),
)


def group_of(noun: Noun) -> click.Group:
    """A group with `list`, `show` and `remove`."""

    @click.group(noun.command, help=noun.text)
    @api_options
    @click.pass_context
    def group(
        ctx: click.Context, url: str, token: str | None, token_file: Path, as_json: bool
    ) -> None:
        ctx.obj = connect(url, token, token_file, as_json)

    @group.command("list")
    @click.pass_obj
    def list_all(api: Api) -> None:
        """All of them."""
        items = api.call("GET", path_of(noun.path))["items"]
        if api.as_json:
            return show_json(items)
        rows = [[_cell(item[column]) for column in noun.columns] for item in items]
        return table(rows, list(noun.columns))

    @group.command()
    @click.argument("entry_id", metavar="ID")
    @click.pass_obj
    def show(api: Api, entry_id: str) -> None:
        """One of them, as YAML that `set --file` takes."""
        show_entry(api, api.call("GET", path_of(noun.path, entry_id)))

    @group.command()
    @click.argument("entry_id", metavar="ID")
    @click.confirmation_option(prompt="Remove it?", help="Do not ask.")
    @click.pass_obj
    def remove(api: Api, entry_id: str) -> None:
        """Remove one; refused while something uses it."""
        api.call("DELETE", path_of(noun.path, entry_id))
        click.echo(f"removed {noun.command} {entry_id}")

    assert isinstance(group, click.Group)
    return group


def with_set(group: click.Group, noun: Noun) -> click.Group:
    @group.command("set")
    @click.argument("entry_id", metavar="[ID]", required=False)
    @click.argument("changes", metavar="[FIELD=VALUE]...", nargs=-1)
    @click.option("--file", type=click.Path(path_type=Path), help="YAML or JSON; - is stdin.")
    @click.pass_obj
    def set_(api: Api, entry_id: str | None, changes: tuple[str, ...], file: Path | None) -> None:
        """Make one, or change it.

        With --file the entry becomes what the file says; without, the fields named are changed and
        the others stay. ID may stand in the file.
        """
        if entry_id is not None and "=" in entry_id:
            changes, entry_id = (entry_id, *changes), None
        body = _from_file(file) if file is not None else {}
        entry_id = entry_id or body.get("id")
        if not entry_id:
            raise click.UsageError("give the ID, or a file with an `id` in it")
        if file is None:
            if not changes:
                raise click.UsageError("say what to set: FIELD=VALUE, or --file")
            body = _present(api, noun, entry_id)
        body.update(_from_text(change) for change in changes)
        saved = _put(api, noun, entry_id, body)
        password = saved.pop("phone_password", None)
        show_entry(api, saved if password is None else saved | {"phone_password": password})
        if saved.get("warning"):
            click.echo(f"warning: {saved['warning']}", err=True)
        if password is not None:
            click.echo("the phone password above is shown this once; keep it now", err=True)

    @group.command("fields")
    @click.pass_obj
    def fields(api: Api) -> None:
        """What an entry may have, with defaults, and an example for `set --file`."""
        schema = api.call("GET", "/openapi.json")["components"]["schemas"][noun.schema]
        if api.as_json:
            return show_json(schema)
        rows = [
            [name, _default(name, field, schema), field.get("description", "")]
            for name, field in schema["properties"].items()
            if not field.get("readOnly")
        ]
        table(rows, ["field", "default", "meaning"])
        click.echo("\nAn example:")
        return show_entry(api, schema["example"])

    return group


def _default(name: str, field: dict[str, Any], schema: dict[str, Any]) -> str:
    """As one would write it in YAML; what has none stands empty until it is set."""
    if name in schema.get("required", ()):
        return "(needed)"
    return json.dumps(field["default"]) if field.get("default") is not None else ""


def _put(api: Api, noun: Noun, entry_id: str, body: dict[str, Any]) -> dict[str, Any]:
    try:
        return dict(api.call("PUT", path_of(noun.path, entry_id), body))
    except ApiRefusal as refusal:
        if refusal.status != 422:
            raise
        more = f"{refusal.message} (`tandem {noun.command} fields` tells what an entry may have)"
        raise type(refusal)(refusal.status, more) from None


@click.command("set")
@click.option("--name", required=True, help="What it is for.")
@click.option(
    "--role",
    required=True,
    type=click.Choice(["agent", "supervisor", "manager", "admin", "auditor"]),
)
@click.option("--agent", help="The agent it speaks as; needed for the role agent.")
@click.option("--days", type=click.FloatRange(min=0, min_open=True), help="Valid for so long.")
@click.pass_obj
def make_token(api: Api, name: str, role: str, agent: str | None, days: float | None) -> None:
    """Make a token. Its text is printed this once; a token is not changed, but made anew."""
    expires = datetime.now(UTC) + timedelta(days=days) if days is not None else None
    body = {
        "name": name,
        "role": role,
        "agent": agent,
        "expires_at": expires.isoformat() if expires else None,
    }
    made = api.call("POST", path_of(_TOKEN.path), body)
    if api.as_json:
        return show_json(made)
    click.echo(made["token"])
    click.echo("shown this once; keep it now", err=True)
    return None


@click.command("recover")
@click.option("--config", "file", type=click.Path(path_type=Path), help="Tandem's YAML file.")
@click.option("--data", type=click.Path(path_type=Path), help="Data folder (default ./data).")
def recover_token(file: Path | None, data: Path | None) -> None:
    """Make an admin token without one, where the last is lost: from the machine with the database.

    A Tandem that runs on this data folder knows it at once.
    """
    from console.auth import Role, new_token  # late: only this command needs the database
    from controller.cli_recovery import tell_running
    from controller.opening import open_catalogue

    config = load_config(file, {"data": data})
    if config.database is None and not (config.data / "tandem.db").exists():
        raise Invalid(f"no database in {config.data}; name Tandem's file or folder")
    text, entry = new_token(name="recovered admin", role=Role.ADMIN, now=time.time())
    open_catalogue(config).put(entry)
    click.echo(text)
    click.echo("shown this once; remove what is not needed any more", err=True)
    left = tell_running(config.data)
    if left:
        click.echo(left, err=True)


def _present(api: Api, noun: Noun, entry_id: str) -> dict[str, Any]:
    try:
        return dict(api.call("GET", path_of(noun.path, entry_id)))
    except ApiRefusal as refusal:
        if refusal.status == 404:
            return {}
        raise


def _from_file(file: Path) -> dict[str, Any]:
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
        content = json.loads(text) if file.suffix == ".json" else YAML(typ="safe").load(text)
    except OSError as error:
        raise click.ClickException(f"cannot read {file}: {error.strerror}") from None
    except (ValueError, YAMLError) as error:
        raise click.ClickException(f"{file} cannot be understood: {error}") from None
    if not isinstance(content, dict):
        raise click.ClickException(f"{file}: expected one entry, as lines of `field: value`")
    for name in _DIGIT_NAMES:
        if isinstance(content.get(name), int):
            raise click.ClickException(f"{file}: put {name} in quotes, or its zeros may be lost")
    try:
        return dict(_plain(content))
    except RecursionError:
        raise click.ClickException(f"{file}: an entry cannot hold itself") from None


def _from_text(change: str) -> tuple[str, Any]:
    """`wrap_up_s=20`: the value is read as YAML, so `[a, b]`, `true` and `null` are what they seem."""
    name, equals, text = change.partition("=")
    if not equals or not name:
        raise click.UsageError(f"{change!r}: write it as FIELD=VALUE")
    if name == "password":
        raise click.UsageError(
            "others here may see your command line; use `tandem account password`"
        )
    if name in _DIGIT_NAMES:
        return name, text
    try:
        return name, _plain(YAML(typ="safe").load(text))
    except (YAMLError, RecursionError):
        raise click.UsageError(f"{change!r}: the value cannot be understood; quote it") from None


def _plain(value: Any) -> Any:
    """YAML knows dates, JSON does not; here a date is the name of a day.

    Raises RecursionError for what holds itself.
    """
    if isinstance(value, dict):
        return {str(_plain(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def show_entry(api: Api, entry: dict[str, Any]) -> None:
    if api.as_json:
        show_json(entry)
    else:
        yaml = YAML()
        yaml.default_flow_style = False
        yaml.allow_unicode = True
        yaml.dump(entry, sys.stdout)


def _cell(value: Any) -> str:
    if isinstance(value, list | dict):
        return ", ".join(str(item) for item in value)
    return "" if value is None else str(value)


def _token_group() -> click.Group:
    group = group_of(_TOKEN)
    group.add_command(make_token)
    group.add_command(recover_token)
    return group


@click.command("phone")
@click.argument("agent_id", metavar="ID")
@click.pass_obj
def make_phone(api: Api, agent_id: str) -> None:
    """Make a new password for the agent's phone, and show all that the phone is set to."""
    show_entry(api, api.call("POST", path_of(_PROFILE.path, agent_id, "phone")))
    click.echo("the password above is shown this once; the old one opens nothing now", err=True)


def _profile_group() -> click.Group:
    group = with_set(group_of(_PROFILE), _PROFILE)
    group.add_command(make_phone)
    return group


ADMIN_GROUPS: tuple[click.Group, ...] = (
    with_set(group_of(_QUEUE), _QUEUE),
    with_set(group_of(_DID), _DID),
    with_set(group_of(_SCHEDULE), _SCHEDULE),
    _profile_group(),
    with_set(group_of(_REASON), _REASON),
    with_set(group_of(_THRESHOLD), _THRESHOLD),
    _token_group(),
)
