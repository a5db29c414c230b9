"""`tandem`: parse, wire, run, nothing else."""

import controller.patched  # noqa: F401  # isort: skip

import gc
import os
import signal
import sys
from pathlib import Path
from typing import Any

import click
import gevent
from gevent.event import Event

from controller.cli_account import ACCOUNT_GROUP
from controller.cli_admin import ADMIN_GROUPS
from controller.cli_agent import agent
from controller.cli_candidates import candidates_command
from controller.cli_explain import explain_command
from controller.cli_fs import fs
from controller.cli_report import report
from controller.cli_setup import SETUP_COMMANDS
from controller.cli_supervise import supervise
from controller.config import Config, load_config
from controller.errors import TandemError
from controller.logs import configure
from ivr_flows.flow import SHIPPED, check_command

#: Seconds after which whoever started Tandem is told that it has no switch.
FIRST_LINK_S = 2.0


class _Group(click.Group):
    """Errors we raise on purpose are told in words, without a trace."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except TandemError as error:
            raise click.ClickException(str(error)) from None


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tandem")
def main() -> None:
    """Tandem, a contact centre beside your FreeSWITCH."""


@main.command()
@click.option("--config", "file", type=click.Path(path_type=Path), help="YAML file of settings.")
@click.option("--port", type=click.IntRange(0, 65535), help="Console and API (default 8080).")
@click.option("--host", help="Address to listen on (default 127.0.0.1).")
@click.option("--data", type=click.Path(path_type=Path), help="Data folder (default ./data).")
@click.option("--switch", "kind", type=click.Choice(["lab", "freeswitch"]), help="Default: lab.")
@click.option("--demo/--no-demo", default=None, help="Scripted callers and agents (lab only).")
@click.option("--log-file", help="Default DATA/tandem.log; - is stderr.")
def serve(
    file: Path | None,
    port: int | None,
    host: str | None,
    data: Path | None,
    kind: str | None,
    demo: bool | None,
    log_file: str | None,
) -> None:
    """Run Tandem until it is told to stop (Ctrl-C, SIGTERM)."""
    config = load_config(
        file,
        {
            "data": data,
            "demo": demo,
            "log_file": log_file,
            "http": {"port": port, "host": host},
            "switch": {"kind": kind},
        },
    )
    # The database has people's numbers and the phones' digests: others on this host see none of it.
    os.umask(os.umask(0o077) | 0o027)
    if config.log_file == "-":
        configure(None, config.log_level)
    else:
        configure(Path(config.log_file or config.data / "tandem.log"), config.log_level)
    _serve(config)


def _serve(config: Config) -> None:
    from controller.bootstrap import Tandem  # late: other commands need none of it
    from controller.cli_recovery import listen
    from controller.demo import ACCOUNTS, Demo, seed, seed_accounts

    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, stop.set)
    tandem = Tandem(config)
    listen(config.data, tandem.catalogue)
    demo: Demo | None = None
    password: str | None = None
    try:
        if config.demo and tandem.lab is not None:
            seed(tandem.catalogue)
            password = seed_accounts(tandem.catalogue, tandem.people.passwords.hash)
            demo = Demo(tandem.lab, tandem.engine.submit)
            tandem.publisher.subscribe("demo", demo.notice)
        tandem.start()
        gc.freeze()  # what is here now stays: to look through it again would stop every call for 0.1 s
        tandem.make_prompts()
        token = tandem.first_token()
        if token is not None:
            click.echo(f"Admin token, shown this once: {token}")
        if password is not None:
            click.echo(
                f"Demo accounts: {', '.join(ACCOUNTS)}; password, shown this once: {password}"
            )
        if demo is not None:
            demo.start()
        click.echo(f"Tandem is ready at {tandem.url}")
        sys.stdout.flush()
        if not tandem.switch.link.wait_up(FIRST_LINK_S):
            click.echo(f"No calls yet: {tandem.switch.link.problem}. Trying again.", err=True)
        stop.wait()
    finally:
        if demo is not None:
            demo.stop()
        tandem.stop()


@main.group()
def flow() -> None:
    """IVR flows."""


@flow.command("check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
def check(paths: tuple[Path, ...]) -> None:
    """Check flow files or folders; without any, the shipped ones. Exit code 1: they have faults."""
    text, code = check_command(paths or (SHIPPED,))
    click.echo(text)
    sys.exit(code)


main.add_command(agent)
main.add_command(supervise)
main.add_command(report)
main.add_command(explain_command)
main.add_command(candidates_command)
main.add_command(fs)
for command in (*ADMIN_GROUPS, ACCOUNT_GROUP, *SETUP_COMMANDS):
    main.add_command(command)
