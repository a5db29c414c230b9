"""`tandem token recover`: in again when the last admin token is lost."""

import urllib.error
import urllib.request

import pytest

from controller.adapters.folder import lock_folder
from controller.cli_admin import recover_token
from controller.cli_recovery import tell_running
from tests.cli.process import Process, run, run_here


def status(url: str, token: str) -> int:
    request = urllib.request.Request(
        f"{url}/api/v1/tokens", headers={"Authorization": f"Bearer {token}"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.status


def test_a_recovered_token_opens_the_next_start(tmp_path):
    data = tmp_path / "data"
    first = Process("serve", "--port", 0, "--data", data, "--no-demo", cwd=tmp_path)
    first.ready()
    assert first.end() == 0
    code, said = run("token", "recover", "--data", data, cwd=tmp_path)
    assert code == 0, said
    token = said.split()[0]
    assert token.startswith("tdm_")
    second = Process("serve", "--port", 0, "--data", data, "--no-demo", cwd=tmp_path)
    try:
        url = second.ready()
        assert status(url, token) == 200
        with pytest.raises(urllib.error.HTTPError, match="401"):
            status(url, f"{token}x")
        assert second.end() == 0
    finally:
        second.close()


def test_a_tandem_that_runs_knows_a_recovered_token_at_once(tmp_path):
    data = tmp_path / "data"
    serve = ("serve", "--port", 0, "--data", data, "--no-demo", "--log-file", "-")
    running = Process(*serve, cwd=tmp_path)
    try:
        url = running.ready()
        code, said = run("serve", "--port", 0, "--data", data, cwd=tmp_path)
        assert code == 1 and "another Tandem is running" in said  # and has not become its pid
        code, said = run("token", "recover", "--data", data, cwd=tmp_path)
        assert code == 0 and "restart" not in said, said
        running.says("set_up_read_again")
        assert status(url, said.split()[0]) == 200
        assert running.end() == 0
    finally:
        running.close()


def test_who_cannot_be_told_is_named(tmp_path):
    data = tmp_path / "data"
    assert "does not run on this data folder" in tell_running(data)
    held = lock_folder(data)  # by a process that does not listen: it must not be signalled
    assert tell_running(data).startswith("restart Tandem")
    held.close()
    assert "does not run on this data folder" in tell_running(data)


def test_where_there_is_no_database_it_makes_none(tmp_path):
    code, said = run_here(recover_token, "--data", tmp_path / "data", cwd=tmp_path)
    assert code == 1 and "no database" in said and "tdm_" not in said
    assert not (tmp_path / "data").exists()
