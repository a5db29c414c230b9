"""`tandem export|apply`: the whole set-up as one YAML file, over the API."""

import io
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from ruamel.yaml import YAML

from controller.cli_http import Api, ApiRefusal, api_options, connect, printable, show_json
from ivr_flows.document import Document, Route, parse_document

_HEAD = "# Tandem's set-up, see docs/setup.md. To put it in its place: tandem apply FILE\n"

#: More than any set-up has: bytes, and keys and values together.
_LONGEST, _MOST_VALUES = 4_000_000, 400_000

#: What only the line that is read knows, not the file.
_STANDARD = Path("-")


@click.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), default=_STANDARD)
@api_options
def export_command(
    file: Path, url: str, token: str | None, token_file: Path, as_json: bool
) -> None:
    """Write the set-up of a running Tandem to FILE (stdout without one), as YAML.

    No passwords, accounts or tokens are in it. `tandem apply` takes it.
    """
    found = connect(url, token, token_file, as_json).call("GET", "/setup")
    if as_json and file == _STANDARD:
        return show_json(found)
    text = _as_yaml(found)
    if file == _STANDARD:
        click.echo(text, nl=False)
        return None
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"cannot write {file}: {error.strerror}") from None
    return None


@click.command("apply")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--prune", is_flag=True, help="Remove what the file's sections do not name.")
@click.option("--dry-run", is_flag=True, help="Change nothing; show what would change.")
@api_options
def apply_command(
    file: Path,
    prune: bool,
    dry_run: bool,
    url: str,
    token: str | None,
    token_file: Path,
    as_json: bool,
) -> None:
    """Make the set-up of a running Tandem what FILE says (- is stdin): all of it, or nothing.

    Entries and sections that FILE does not name stay, without --prune.
    """
    document = _read(file)
    api = connect(url, token, token_file, as_json)
    _apply(api, document, {"prune": prune, "dry_run": dry_run})


def _apply(api: Api, document: Document, how: Mapping[str, bool]) -> None:
    for name in how:
        if name in document.value:
            document.report(
                (name,), f"`{name}` is no part of a file", f"Say --{name.replace('_', '-')}."
            )
    _stop_at_problems(document)
    try:
        done = api.call("PUT", "/setup", {**document.value, **how})
    except ApiRefusal as refusal:
        if not refusal.errors:
            raise
        for path, message in refusal.errors:
            click.echo(f"{_where(document, path)}: {path}: {printable(message)}", err=True)
        raise type(refusal)(refusal.status, "nothing is changed; correct the file") from None
    if api.as_json:
        return show_json(done)
    for line in _told(done):
        click.echo(line)
    for warning in done["warnings"]:
        path, message = warning["path"], printable(warning["message"])
        click.echo(f"{_where(document, path)}: warning: {path}: {message}", err=True)
    return None


def _told(done: Mapping[str, Any]) -> Iterator[str]:
    for entry in done["created"]:
        yield f"+ {_name(entry)}"
    for entry in done["changed"]:
        yield f"~ {_name(entry)}"
        for field in entry["fields"]:
            yield f"    {field['field']}: {_short(field['before'])} -> {_short(field['after'])}"
    for entry in done["removed"]:
        yield f"- {_name(entry)}"
    counts = [f"{len(done[what])} {what}" for what in ("created", "changed", "removed")]
    counts.append(f"{len(done['unchanged'])} unchanged")
    yield ", ".join(counts) + ("; nothing is saved, for this was a dry run" * done["dry_run"])


def _name(entry: Mapping[str, Any]) -> str:
    return f"{entry['section']} {entry['id']}"


def _short(value: Any) -> str:
    """In one line, as it would stand in a file; the end of what is long is left out."""
    out = io.StringIO()
    yaml = YAML()
    yaml.default_flow_style = True
    yaml.width = 10_000
    yaml.dump(value, out)
    text = printable(out.getvalue().removesuffix("...\n").strip())
    return text if len(text) <= 200 else f"{text[:200]}..."


# --- the file ------------------------------------------------------------------------------------


def _as_yaml(found: Mapping[str, Any]) -> str:
    out = io.StringIO()
    yaml = YAML()
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    yaml.width = 10_000
    yaml.dump(found, out)
    return _HEAD + out.getvalue()


def _read(file: Path) -> Document:
    """Text stays as it was written, so that `0301` keeps its zero; the API knows what is a number."""
    document = Document(file=str(file), values_limit=_MOST_VALUES)
    try:
        raw = sys.stdin.buffer.read(_LONGEST) if file == _STANDARD else file.read_bytes()
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise click.ClickException(f"cannot read {file}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise click.ClickException(f"{file} is not UTF-8 text; save it as UTF-8") from None
    if len(raw) >= _LONGEST:
        raise click.ClickException(f"{file} has {_LONGEST:,} bytes or more; split it by sections")
    parse_document(text, document)
    if document.value is None:
        document.value = {}
    elif not isinstance(document.value, dict):
        document.report((), "no set-up", "Write sections, see docs/setup.md.")
    _stop_at_problems(document)
    return document


def _stop_at_problems(document: Document) -> None:
    for problem in document.problems:
        click.echo(str(problem), err=True)
    if document.problems:
        raise click.ClickException("nothing is changed; correct the file")


def _where(document: Document, path: str) -> str:
    """`file:line:column` of what an error's path names, or of what it stands in."""
    place = document.place(_route(document.value, path), at_key=True)
    return f"{document.file}:{place.line}:{place.column}"


def _route(value: Any, path: str) -> Route:
    route: list[str | int] = []
    for part in path.split("."):
        if isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            route.append(int(part))
            value = value[int(part)]
        elif isinstance(value, dict) and part in value:
            route.append(part)
            value = value[part]
        else:
            break
    return tuple(route)


SETUP_COMMANDS: tuple[click.Command, ...] = (export_command, apply_command)
