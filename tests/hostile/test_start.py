"""What goes wrong at the start: one clear sentence that says what to do, and no trace. More of it in
tests/cli/test_serve.py."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from controller.lab.callers import Caller
from controller.lab.switch import LabSwitch
from tests.hostile.centre import write_flows
from tests.story.stage import off_hub

TANDEM = [sys.executable, "-c", "from controller.cli import main; main()"]


def refused(folder: Path, config: str = "", *more: str) -> str:
    """What `tandem serve` says before it ends with 1."""
    file = folder / "tandem.yaml"
    file.write_text(config or "{}")
    command = [*TANDEM, "serve", "--config", str(file), "--data", str(folder / "data"), *more]
    if "--port" not in more:
        command += ["--port", "0"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=30)
    assert done.returncode == 1, done
    assert "Traceback" not in done.stderr
    return done.stderr


@contextmanager
def serving(folder: Path, config: str) -> Iterator[subprocess.Popen[str]]:
    (folder / "tandem.yaml").write_text(config)
    command = [*TANDEM, "serve", "--config", str(folder / "tandem.yaml"), "--port", "0"]
    process = subprocess.Popen(
        [*command, "--data", str(folder / "data")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def until_ready(process: subprocess.Popen[str]) -> None:
    assert any("ready at" in line for line in process.stdout), process.stderr.read()


@pytest.mark.parametrize(
    ("config", "sayings"),
    [
        ("switch: {kind: [\n", ["tandem.yaml", "line 2"]),
        ("switch: {port: 99999}\nfoo: 1\n", ["switch.port", "foo"]),
        ('data: "a\\0b"\n', ["data", "NUL"]),
        ("recordings_dir: /tmp/my calls\n", ["recordings_dir", "blanks"]),
        ("http: {host: 203.0.113.1}\n", ["203.0.113.1", "http.host"]),
    ],
)
def test_a_wrong_configuration_is_named(tmp_path, config, sayings):
    file = tmp_path / "tandem.yaml"
    file.write_text(config)
    command = [*TANDEM, "serve", "--config", str(file), "--port", "0"]
    if "data:" not in config:
        command += ["--data", str(tmp_path / "data")]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=30)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert all(saying in done.stderr for saying in sayings), done.stderr


def test_a_broken_flow_is_named_with_line_and_remedy(tmp_path):
    write_flows(tmp_path / "flows")
    (tmp_path / "flows" / "bad.yaml").write_text("flow: bad\nstart: a\nsteps: [")
    said = refused(tmp_path, f"flows_dir: {tmp_path / 'flows'}\n")
    assert "bad.yaml:3" in said and "Check indentation" in said


def test_a_database_that_is_none(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "tandem.db").write_text("not a database at all")
    assert "restore it from a backup" in refused(tmp_path)


def test_no_freeswitch_at_the_start_is_said_and_waited_for(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with serving(tmp_path, f"switch: {{kind: freeswitch, port: {port}, password: x}}\n") as process:
        said = process.stderr.readline()
        assert f"port {port}" in said and "Is it running" in said
        process.terminate()
        assert process.wait(40) == 0


def test_a_wrong_password_is_said_with_its_remedy(tmp_path):
    with LabSwitch() as lab:
        config = f"switch: {{kind: freeswitch, port: {lab.port}, password: wrong}}\n"
        with serving(tmp_path, config) as process:
            said = off_hub(process.stderr.readline)
            assert "password" in said and "wrong" not in said.replace("wrong password", "")
            process.terminate()
            assert off_hub(process.wait, 40) == 0


@pytest.mark.parametrize(
    "number",
    [signal.SIGTERM, pytest.param(signal.SIGKILL, marks=pytest.mark.slow)],
    ids=["told", "killed"],
)
def test_a_stopped_tandem_leaves_its_calls_and_takes_them_up_again(tmp_path, number):
    write_flows(tmp_path / "flows")
    with LabSwitch() as lab:
        config = (
            f"switch: {{kind: freeswitch, port: {lab.port}, password: {lab.password}}}\n"
            f"flows_dir: {tmp_path / 'flows'}\ndemo: false\n"
        )
        with serving(tmp_path, config) as process:
            off_hub(until_ready, process)
            call = lab.dial(Caller(number="1", name="Ann", did="5000"))
            call.wait_for("prompt", 30)  # it may have to be spoken first
            os.kill(process.pid, number)
            off_hub(process.wait, 40)
            assert number != signal.SIGTERM or process.returncode == 0
        assert call.cause is None
        heard = len(call.heard)
        with serving(tmp_path, config) as process:
            off_hub(until_ready, process)
            call._until(lambda: any(sound.endswith(".wav") for sound in call.heard[heard:]), 30)
            assert any(sound.endswith(".wav") for sound in call.heard[heard:])
            call.hang_up()
