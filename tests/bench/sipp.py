"""Callers and phones of the benches: one SIPp for all callers, one for all phones."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.live.ports import HOST, free_media_port, free_ports
from tests.live.sipp import find_sipp

_SCENARIOS = Path(__file__).parent / "scenarios"


def run_sipp(
    folder: Path, scenario: str, *options: str, **words: object
) -> tuple["subprocess.Popen[bytes]", str]:
    """Start `scenario` in a folder of its own; the process, and the ip:port where it listens."""
    binary = find_sipp()
    assert binary is not None
    folder.mkdir(parents=True)
    text = (_SCENARIOS / f"{scenario}.xml").read_text()
    for word, value in words.items():
        text = text.replace(f"@{word}@", str(value))
    (folder / "scenario.xml").write_text(text)
    (port,) = free_ports(1)
    command = [str(binary), *options, "-sf", "scenario.xml", "-i", HOST, "-mi", HOST]
    command += ["-p", str(port), "-mp", str(free_media_port()), "-nostdin"]
    command += ["-trace_err", "-error_file", "errors.log"]
    with (folder / "screen.log").open("wb") as screen:
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=screen, stderr=subprocess.STDOUT
        )
    return process, f"{HOST}:{port}"


def register(
    folder: Path, registrar: str, extensions: Sequence[str], password: str, contact: str
) -> None:
    """Have the calls of all `extensions` come to `contact` (ip:port)."""
    folder.mkdir(parents=True)
    users = folder / "users.csv"
    rows = (f"{e};[authentication username={e} password={password}];" for e in extensions)
    users.write_text("\n".join(("SEQUENTIAL", *rows)) + "\n")
    count = str(len(extensions))
    options = (registrar, "-inf", str(users), "-m", count, "-l", count, "-r", "50")
    process, _ = run_sipp(folder / "sipp", "phones_register", *options, CONTACT=contact)
    assert process.wait(60) == 0, (folder / "sipp" / "errors.log").read_text(errors="replace")
