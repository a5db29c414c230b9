"""`tandem serve`: what it says, how it ends, and what it says when it cannot begin."""

import json
import signal
import socket
import time
import urllib.request
from contextlib import chdir
from pathlib import Path

import pytest

from controller.bootstrap import Tandem
from controller.config import load_config
from controller.errors import TandemError
from tests.cli.process import Process, run


@pytest.fixture
def start(tmp_path):
    started: list[Process] = []

    def start(*arguments: object) -> Process:
        process = Process("serve", "--port", 0, *arguments, cwd=tmp_path)
        started.append(process)
        return process

    yield start
    for process in started:
        process.close()


def refused(tmp_path, *arguments: object) -> str:
    """What `serve` says when it must not start; always words, never a trace."""
    code, said = run("serve", "--no-demo", *arguments, cwd=tmp_path)
    assert code == 1, said
    assert said.startswith("Error: ") and "Traceback" not in said, said
    return said


def refused_here(tmp_path, config: str, data: str | None = None) -> str:
    """The same, without the process that takes seconds to start."""
    with chdir(tmp_path), pytest.raises(TandemError) as refusal:
        Tandem(load_config(Path(config), {"data": data and tmp_path / data})).stop()
    return str(refusal.value)


def test_ready_is_the_last_line_the_token_comes_once_and_sigterm_ends_it(start, tmp_path):
    first = start("--data", tmp_path / "data", "--no-demo")
    url = first.ready()
    shown = [line for line in first.lines if line.startswith("Admin token, shown this once: ")]
    assert len(shown) == 1 and first.lines[-1] == f"Tandem is ready at {url}"
    token = shown[0].rsplit(" ", 1)[-1]
    assert status(f"{url}/api/v1/queues", token) == 200

    assert first.end() == 0
    assert first.lines[-1].startswith("Tandem is ready"), first.lines

    second = start("--data", tmp_path / "data", "--no-demo")
    again = second.ready()
    assert not any("token" in line for line in second.lines)
    assert status(f"{again}/api/v1/queues", token) == 200
    assert second.end(signal.SIGINT) == 0


def status(url: str, token: str) -> int:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.status


def test_the_log_is_json_and_knows_no_caller(start, tmp_path):
    process = start("--data", tmp_path / "data", "--demo")
    url = process.ready()
    token = process.lines[0].rsplit(" ", 1)[-1]
    deadline = time.monotonic() + 60
    while not metric(url, token, 'tandem_events_total{type="StepTaken"}'):
        assert time.monotonic() < deadline, "no demo caller came as far as the menu"
        time.sleep(0.2)  # another process: there is nothing here to await
    assert process.end() == 0
    text = (tmp_path / "data/tandem.log").read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    assert {"timestamp", "level", "event"} <= set(lines[0])
    assert [x["event"] for x in lines][-1] == "stopped"
    assert token not in text and "+49151" not in text and "Caller 1" not in text
    problems = [x for x in lines if x["level"] in ("error", "critical")]
    assert problems == []


def metric(url: str, token: str, name: str) -> bool:
    request = urllib.request.Request(f"{url}/metrics", headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return name in answer.read().decode()


def test_two_on_one_data_folder(start, tmp_path):
    first = start("--data", tmp_path / "data", "--no-demo")
    first.ready()
    said = refused(tmp_path, "--port", 0, "--data", tmp_path / "data")
    assert "another Tandem is running" in said and "--data" in said
    assert first.end() == 0


def test_a_port_in_use(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refused(tmp_path, "--port", port, "--data", tmp_path / "data")
    assert f"port {port}" in said and "in use" in said and "--port" in said


def test_a_data_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    said = refused(tmp_path, "--port", 0, "--data", tmp_path / "file" / "data")
    assert str(tmp_path / "file") in said and "--data" in said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("http: {host: [1]}", ("http.host", "docs/configuration.md")),
        ("htp: {port: 80}", ("htp",)),
        ("data: [", ("not YAML",)),
        ("- a list", ("name: value",)),
        ("timezone: Mars/Olympus", ("timezone", "Europe/Berlin")),
        ("database: mysql://x", ("mysql", "sqlite")),
        ("switch: {kind: freeswitch}", ("switch.conf_dir", "switch.password")),
        ("fs: {domain: 'no such domain'}", ("domain",)),
        ("flows_dir: nowhere", ("nowhere",)),
    ],
)
def test_a_config_file_with_a_fault(tmp_path, text, words):
    (tmp_path / "tandem.yaml").write_text(text)
    said = refused_here(tmp_path, "tandem.yaml", None if text.startswith("data") else "data")
    for word in words:
        assert word in said, said


def test_a_fault_is_told_in_words(tmp_path):
    (tmp_path / "tandem.yaml").write_text("timezone: Mars/Olympus")
    assert "Europe/Berlin" in refused(tmp_path, "--config", "tandem.yaml")


def test_a_config_file_that_is_not_there(tmp_path):
    said = refused_here(tmp_path, "nowhere.yaml")
    assert "cannot read nowhere.yaml" in said


def test_others_on_the_host_cannot_read_the_data(start, tmp_path):
    process = start("--data", tmp_path / "data", "--no-demo")
    process.ready()
    assert process.end() == 0
    made = [tmp_path / "data", *(tmp_path / "data").rglob("*")]
    assert {path.name for path in made} >= {"tandem.db", "tandem.log"}
    assert [path for path in made if path.stat().st_mode & 0o007] == []
