"""`tandem` in a process of its own, as people start it."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import chdir
from pathlib import Path

import click
from click.testing import CliRunner

from controller.errors import TandemError

ROOT = Path(__file__).parents[2]


class Process:
    """`ready` reads standard output up to the ready line; `end` stops it and gives the exit code."""

    def __init__(self, *arguments: object, cwd: Path) -> None:
        self.lines: list[str] = []
        self._process = subprocess.Popen(
            command(arguments),
            cwd=cwd,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def ready(self) -> str:
        """The URL. Raises AssertionError with all that was said when the process ends before."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.lines.append(line.rstrip("\n"))
            if line.startswith("Tandem is ready at "):
                return line.split()[-1]
        raise AssertionError(f"it ended before it was ready: {self.lines}")

    def says(self, text: str) -> None:
        """Waits until a line has it, after those that were read."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.lines.append(line.rstrip("\n"))
            if text in line:
                return
        raise AssertionError(f"it ended and never said {text}: {self.lines}")

    def end(self, number: int = signal.SIGTERM, timeout: float = 40.0) -> int:
        """The exit code; what was still said is added to `lines`."""
        self._process.send_signal(number)
        rest, _ = self._process.communicate(timeout=timeout)
        self.lines += rest.splitlines()
        return self._process.returncode

    def close(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate()


def run_here(group: click.Command, *arguments: object, cwd: Path) -> tuple[int, str]:
    """As `run`, of one group of commands and in this process, in a tenth of the time: for what starts
    nothing."""
    with chdir(cwd):
        result = CliRunner().invoke(group, [str(argument) for argument in arguments])
    if isinstance(result.exception, TandemError):
        return 1, f"{result.output}Error: {result.exception}\n"
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


def run(*arguments: object, cwd: Path) -> tuple[int, str]:
    """Exit code, and standard output and error together."""
    done = subprocess.run(
        command(arguments),
        cwd=cwd,
        env=environment(),
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    return done.returncode, done.stdout + done.stderr


def command(arguments: Sequence[object]) -> list[str]:
    start = "from controller.cli import main; main()"
    return [sys.executable, "-c", start, *map(str, arguments)]


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TANDEM_")}
    return {**kept, "PYTHONPATH": str(ROOT)}
