"""`tandem token recover`: in again when the last admin token is lost."""

import urllib.error
import urllib.request

import pytest

from controller.cli_admin import recover_token
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


def test_where_there_is_no_database_it_makes_none(tmp_path):
    code, said = run_here(recover_token, "--data", tmp_path / "data", cwd=tmp_path)
    assert code == 1 and "no database" in said and "tdm_" not in said
    assert not (tmp_path / "data").exists()
