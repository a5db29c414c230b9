"""`tandem fs`: render, look over, and say what is wrong."""

import pytest

from controller.bootstrap import Tandem
from controller.cli_fs import fs
from controller.config import Config, HttpConfig
from controller.domain.catalogue import AgentProfile
from tests.cli.process import run_here


@pytest.fixture
def config(tmp_path):
    """A config whose every folder is ours."""
    (tmp_path / "tandem.yaml").write_text(
        f"data: {tmp_path}/data\n"
        f"fs:\n  recordings_dir: {tmp_path}/recordings\n  run_dir: {tmp_path}/run\n"
        f"  log: {{dir: {tmp_path}/log}}\n"
    )
    return tmp_path / "tandem.yaml"


def test_render_twice_then_check(tmp_path, config):
    code, said = run_here(fs, "render", "--out", "conf", "--config", config, cwd=tmp_path)
    assert code == 0, said
    assert "conf/freeswitch.xml" in said and "reloadxml" in said
    password = (tmp_path / "conf/esl-password").read_text().strip()
    assert password and password not in said
    code, said = run_here(fs, "render", "--out", "conf", "--config", config, cwd=tmp_path)
    assert code == 0 and said.startswith("nothing to change"), said
    code, said = run_here(fs, "check", "--out", "conf", cwd=tmp_path)
    assert code == 0, said


def test_the_agents_phones_come_from_the_database(tmp_path, config):
    tandem = Tandem(Config(data=tmp_path / "data", http=HttpConfig(port=0)))
    for extension, enabled in (("1001", True), ("1002", False)):
        tandem.catalogue.put(
            AgentProfile(
                id=extension, name="Ada", extension=extension, a1_hash="0" * 32, enabled=enabled
            )
        )
    tandem.stop()
    code, said = run_here(fs, "render", "--out", "conf", "--config", config, cwd=tmp_path)
    assert code == 0, said
    phones = "".join(path.read_text() for path in (tmp_path / "conf/directory").rglob("*.xml"))
    assert 'id="1001"' in phones and "1002" not in phones


def test_a_file_that_is_not_ours_is_not_overwritten(tmp_path, config):
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf/freeswitch.xml").write_text("<mine/>")
    code, said = run_here(fs, "render", "--out", "conf", "--config", config, cwd=tmp_path)
    assert code == 1 and "was not rendered by Tandem" in said and "Traceback" not in said
    assert (tmp_path / "conf/freeswitch.xml").read_text() == "<mine/>"


def test_check_finds_a_broken_folder(tmp_path, config):
    assert run_here(fs, "render", "--out", "conf", "--config", config, cwd=tmp_path)[0] == 0
    (tmp_path / "conf/freeswitch.xml").write_text("<document>")
    code, said = run_here(fs, "check", "--out", "conf", cwd=tmp_path)
    assert code == 1 and "freeswitch.xml" in said and "has errors" in said, said


def beside_freeswitch(tmp_path, config, *lines):
    """The same, with a real switch and these lines below `switch:`."""
    more = "".join(f"  {line}\n" for line in ("kind: freeswitch", *lines))
    config.write_text(
        f"recordings_dir: {tmp_path}/recordings\nswitch:\n{more}" + config.read_text()
    )


def test_the_folder_may_stand_in_the_config(tmp_path, config):
    beside_freeswitch(tmp_path, config, f"conf_dir: {tmp_path}/fs")
    code, said = run_here(fs, "render", "--config", config, cwd=tmp_path)
    assert code == 0 and "warning" not in said, said
    assert f'-P 8021 -p "$(cat {tmp_path}/fs/esl-password)" -x reloadxml' in said
    code, said = run_here(fs, "check", "--config", config, cwd=tmp_path)
    assert code == 0 and said == f"{tmp_path}/fs is in order\n", said


def test_without_a_folder_it_asks_for_one(tmp_path, config):
    for command in ("render", "check"):
        code, said = run_here(fs, command, "--config", config, cwd=tmp_path)
        assert code == 2 and "--out" in said and "switch.conf_dir" in said, said


@pytest.mark.parametrize(
    ("line", "theirs"),
    [
        ("port: 8022", "switch.port is 8022, but fs.esl.port is 8021"),
        ("domain: pbx.example", "switch.domain is pbx.example, but fs.domain is tandem"),
    ],
)
def test_settings_by_which_tandem_would_miss_freeswitch_are_refused(tmp_path, config, line, theirs):
    beside_freeswitch(tmp_path, config, line)
    code, said = run_here(fs, "render", "--out", "conf", "--config", config, cwd=tmp_path)
    assert code == 1 and theirs in said, said
    assert not (tmp_path / "conf").exists()


def test_settings_that_are_hardly_meant_are_warned_of(tmp_path, config):
    beside_freeswitch(tmp_path, config, "host: 10.1.1.1", "outbound: sofia/gateway/carrier/")
    config.write_text(
        config.read_text().replace(f"recordings_dir: {tmp_path}/recordings\nsw", "sw")
    )
    code, said = run_here(fs, "render", "--out", "conf", "--config", config, cwd=tmp_path)
    assert code == 0, said
    assert "switch.host is 10.1.1.1, but fs.esl.host is 127.0.0.1" in said
    assert f"recordings_dir is {tmp_path}/data/recordings, but" in said
    assert "no outside number can be dialled" in said
