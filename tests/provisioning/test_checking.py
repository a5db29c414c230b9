from pathlib import Path

import pytest

from controller.errors import Invalid
from controller.provisioning import (
    DirectoryEntry,
    FsSettings,
    check,
    esl_password,
    load_settings,
    render,
)

AGENT = DirectoryEntry(extension="1001", name="Ada", password="phone-password")


@pytest.fixture
def settings(tmp_path: Path) -> FsSettings:
    return load_settings(
        {
            "recordings_dir": tmp_path / "recordings",
            "run_dir": tmp_path / "run",
            "log": {"dir": tmp_path / "log"},
        }
    )


def test_what_we_render_has_nothing_to_complain_of(settings: FsSettings, tmp_path: Path) -> None:
    assert render(settings, [AGENT], tmp_path / "conf")
    assert check(tmp_path / "conf") == []
    assert render(settings, [AGENT], tmp_path / "conf") == []


def test_a_generated_password_stays(settings: FsSettings, tmp_path: Path) -> None:
    out = tmp_path / "conf"
    render(settings, [], out)
    first = esl_password(out)
    render(settings, [AGENT], out)
    assert esl_password(out) == first
    assert len(first) >= 32
    assert first in (out / "autoload_configs/event_socket.conf.xml").read_text()


def test_a_given_password_replaces_a_generated_one(settings: FsSettings, tmp_path: Path) -> None:
    out = tmp_path / "conf"
    render(settings, [], out)
    given = settings.model_dump() | {"esl": {"password": "given-by-the-engineer"}}
    render(load_settings(given), [], out)
    assert esl_password(out) == "given-by-the-engineer"


def test_without_a_rendering_there_is_no_password(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="render first"):
        esl_password(tmp_path)


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    (finding,) = check(tmp_path)
    assert finding.severity == "error"
    assert "holds no configuration" in str(finding)


def test_a_missing_file_is_told(settings: FsSettings, tmp_path: Path) -> None:
    out = tmp_path / "conf"
    render(settings, [], out)
    (out / "vars.xml").unlink()
    assert [(f.severity, f.path) for f in check(out)] == [("error", out / "vars.xml")]


def test_a_strangers_broken_xml_is_told(settings: FsSettings, tmp_path: Path) -> None:
    out = tmp_path / "conf"
    render(settings, [], out)
    (out / "dialplan/own.xml").write_text("<include><context></include>")
    (finding,) = check(out)
    assert (finding.severity, finding.path) == ("error", out / "dialplan/own.xml")
    assert "not well-formed" in finding.message


@pytest.mark.parametrize("name", ["autoload_configs/event_socket.conf.xml", "esl-password"])
def test_a_secret_for_all_to_read_is_told(settings: FsSettings, tmp_path: Path, name: str) -> None:
    out = tmp_path / "conf"
    render(settings, [], out)
    (out / name).chmod(0o644)
    (finding,) = check(out)
    assert (finding.severity, finding.path) == ("warning", out / name)


def test_files_that_settings_name_must_exist(settings: FsSettings, tmp_path: Path) -> None:
    out = tmp_path / "conf"
    certs, music = tmp_path / "certs", tmp_path / "music"
    more = {
        "fallback": {"announcement": tmp_path / "sorry.wav"},
        "tls": {"enabled": True, "cert_dir": certs},
        "wss_bind": "127.0.0.1:7443",
        "moh_dir": music,
    }
    render(load_settings(settings.model_dump() | more), [], out)
    messages = " ".join(finding.message for finding in check(out))
    missing = (tmp_path / "sorry.wav", certs / "agent.pem", certs / "wss.pem", music)
    assert all(f"names {path}, which does not exist" in messages for path in missing)
    certs.mkdir()
    music.mkdir()
    for name in ("certs/agent.pem", "certs/cafile.pem", "certs/wss.pem", "sorry.wav"):
        (tmp_path / name).touch()
    assert check(out) == []


def test_the_folders_the_switch_writes_into_are_made(settings: FsSettings, tmp_path: Path) -> None:
    render(settings, [], tmp_path / "conf")
    assert (tmp_path / "recordings/fallback").is_dir()
    assert (tmp_path / "log").is_dir()
    assert (tmp_path / "run").is_dir()
