"""`tandem fs`: the FreeSWITCH side."""

from pathlib import Path

import click

from controller import provisioning
from controller.config import Config, load_config
from controller.errors import Invalid
from controller.provisioning import FsSettings


@click.group()
def fs() -> None:
    """FreeSWITCH's configuration."""


_FILE = click.option(
    "--config", "file", type=click.Path(path_type=Path), help="Tandem's YAML file."
)


@fs.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="FreeSWITCH's conf folder (default: switch.conf_dir of the YAML file).",
)
@_FILE
@click.option("--data", type=click.Path(path_type=Path), help="Data folder (default ./data).")
def render(out: Path | None, file: Path | None, data: Path | None) -> None:
    """Write FreeSWITCH's whole configuration to OUT, or bring it up to date.

    The agents' phones come from the database, the rest from `fs:` in the config file.
    """
    config = load_config(file, {"data": data})
    folder = _folder(out, config)
    settings = provisioning.load_settings(config.fs)
    _compare(config, settings)
    changed = provisioning.render(settings, _entries(config), folder)
    for path in changed:
        click.echo(f"wrote {path}")
    if not changed:
        click.echo("nothing to change")
    _check(folder)
    click.echo("A FreeSWITCH that runs takes over phones, dialplan and fallback with:")
    click.echo(
        f'  fs_cli -H {settings.esl.host} -P {settings.esl.port} -p "$(cat {folder}/esl-password)"'
        " -x reloadxml"
    )
    click.echo("The rest needs more, and a first start nothing: docs/freeswitch.md.")


@fs.command("check")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="A rendered folder (default: switch.conf_dir of the YAML file).",
)
@_FILE
def check(out: Path | None, file: Path | None) -> None:
    """Look over a rendered configuration: well-formed, complete, secrets closed."""
    folder = _folder(out, load_config(file, {}))
    _check(folder)
    click.echo(f"{folder} is in order")


def _folder(out: Path | None, config: Config) -> Path:
    folder = out or config.switch.conf_dir
    if folder is None:
        raise click.UsageError("name FreeSWITCH's folder: --out, or --config with switch.conf_dir")
    return folder


def _compare(config: Config, settings: FsSettings) -> None:
    """What stands in the file for Tandem and again for the switch must agree. Raises Invalid."""
    if config.switch.kind != "freeswitch":
        return
    if (faults := _differing(_must_agree(config, settings))) != "":
        raise Invalid(f"Tandem would not find FreeSWITCH's phones or event socket: {faults}")
    if (faults := _differing(_should_agree(config, settings))) != "":
        click.echo(f"warning: {faults}", err=True)
    if config.switch.outbound and not settings.outbound_prefixes:
        click.echo(
            "warning: switch.outbound is set, but fs.outbound_prefixes is empty: no outside number"
            " can be dialled",
            err=True,
        )


Pair = tuple[str, object, str, object]


def _must_agree(config: Config, settings: FsSettings) -> list[Pair]:
    return [
        ("switch.domain", config.switch.domain, "fs.domain", settings.domain),
        ("switch.port", config.switch.port, "fs.esl.port", settings.esl.port),
    ]


def _should_agree(config: Config, settings: FsSettings) -> list[Pair]:
    """A host may have several names, and only the fallback's messages go to the switch's folder."""
    theirs = settings.recordings_dir.resolve()
    return [
        ("switch.host", config.switch.host, "fs.esl.host", str(settings.esl.host)),
        ("recordings_dir", config.recordings, "fs.recordings_dir", theirs),
    ]


def _differing(pairs: list[Pair]) -> str:
    return "; ".join(
        f"{ours} is {one}, but {theirs} is {other}: write the same in both"
        for ours, one, theirs, other in pairs
        if one != other
    )


def _check(out: Path) -> None:
    findings = provisioning.check(out)
    for finding in findings:
        click.echo(str(finding))
    if any(finding.severity == "error" for finding in findings):
        raise Invalid(f"the configuration in {out} has errors, see above")


def _entries(config: Config) -> list[provisioning.DirectoryEntry]:
    from controller.opening import directory_entries, open_catalogue  # late, as in cli

    return directory_entries(open_catalogue(config))
