"""Page and phone behind nginx with TLS, as docs/proxy.md has it: https and wss from end to end."""

import http.client
import json
import re
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import gevent
import pytest

from controller.config import HttpConfig
from controller.domain.words import Outcome
from tests.browser.browser import ROOT
from tests.browser.conftest import FIRST, furnish
from tests.browser.test_softphone import at_work, flows, loudest, talking
from tests.live.fixtures import PASSWORD
from tests.live.ports import HOST, quiet_ports
from tests.live.tones import write_wav_tone
from tests.story.live_stage import LiveStage
from tests.story.stage import off_hub, write_flows

pytestmark = [pytest.mark.live, pytest.mark.slow]

AROUND = """
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    {temporary}
    {ours}
}}
"""
_TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@pytest.fixture(scope="module")
def nginx() -> str:
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if found is None:
        pytest.skip("no nginx: apt-get install nginx-light")
    if shutil.which("openssl") is None:
        pytest.skip("no openssl: apt-get install openssl")
    return found


@pytest.fixture
def proxy_port() -> int:
    [port] = quiet_ports(1)
    return port


@pytest.fixture
def stage(nginx, proxy_port, tmp_path, request) -> Iterator[LiveStage]:
    """A Tandem that trusts the proxy, and the proxy before it and before FreeSWITCH."""
    write_flows(
        tmp_path / "flows", write_wav_tone(tmp_path / "p.wav", hz=440, seconds=3.0).read_bytes()
    )
    stage = LiveStage.open(
        tmp_path,
        request.getfixturevalue("freeswitch"),
        request.getfixturevalue("sipp"),
        PASSWORD,
        http=HttpConfig.model_validate({"port": 0, "trusted_proxies": [f"{HOST}/32"]}),
        phone_url=f"wss://{HOST}:{proxy_port}/phone",
    )
    try:
        furnish(stage)
        configuration = write_configuration(tmp_path, stage, proxy_port)
        command = [nginx, "-p", str(tmp_path), "-c", str(configuration)]
        off_hub(subprocess.run, command, check=True)  # it listens when this has come back
        try:
            yield stage
        finally:
            off_hub(subprocess.run, [*command, "-s", "stop"], check=True)
    finally:
        stage.close()


def write_configuration(folder: Path, stage: LiveStage, port: int) -> Path:
    """The page's own example, with the names and ports of here."""
    page = (ROOT / "docs" / "proxy.md").read_text(encoding="utf-8")
    [ours] = re.findall(r"```nginx\n(.*?)```", page, re.DOTALL)
    certify(folder)
    changes = {
        "listen 443 ssl": f"listen {HOST}:{port} ssl",
        "listen 80": f"listen {HOST}:{quiet_ports(1)[0]}",
        "/etc/ssl/contact.example.com": f"{folder}/here",
        "http://127.0.0.1:8080": stage.tandem.url.rstrip("/"),
        "http://127.0.0.1:5066": f"http://{stage.switch.settings.ws_bind}",
    }
    for text, instead in changes.items():
        assert text in ours
        ours = ours.replace(text, instead)
    temporary = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in _TEMPORARY)
    file = folder / "nginx.conf"
    file.write_text(AROUND.format(folder=folder, temporary=temporary, ours=ours))
    return file


def certify(folder: Path) -> None:
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"),
            *("-subj", f"/CN={HOST}", "-addext", f"subjectAltName=IP:{HOST}"),
            *("-keyout", str(folder / "here.key"), "-out", str(folder / "here.pem")),
        ],
        check=True,
        capture_output=True,
    )


def ask(port: int, body: object, source: str = HOST, **headers: str) -> http.client.HTTPResponse:
    """Sign in over https from an address of this machine."""
    own = ssl.create_default_context()
    own.check_hostname, own.verify_mode = False, ssl.CERT_NONE
    link = http.client.HTTPSConnection(
        HOST, port, context=own, source_address=(source, 0), timeout=20
    )
    said = {"Content-Type": "application/json", "X-Tandem": "1"} | headers
    link.request("POST", "/api/v1/session", json.dumps(body), said)
    return link.getresponse()


def test_a_call_is_taken_in_a_page_behind_the_proxy(stage, signed_in, proxy_port):
    page = at_work(stage, signed_in, url=f"https://{HOST}:{proxy_port}/", ignoreHTTPSErrors=True)
    assert page.run("location.protocol") == "https:"
    sockets = page.run("performance.getEntriesByType('resource').map((e) => e.name)")
    assert not [name for name in sockets if "transport=polling" in name]
    contact = talking(stage, page)
    flows(page)
    page.reload()
    stage.until(lambda i: i.id == contact and i.segments[-1].reconnects > 0)
    page.sees(".head:has-text('Talking')")
    flows(page)
    page.click("[data-test=end]")
    page.sees("[data-test=done]")
    assert stage.until(lambda i: i.ended_at is not None).outcome is Outcome.HANDLED
    page.press("Control+Enter")
    page.sees_no("[data-test=contact]")
    recordings = stage.until(lambda i: i.closed).recordings
    assert max(min(loudest(recording.path)) for recording in recordings) > 1000


def test_what_the_proxy_forwards_is_believed(stage, proxy_port):
    origin = f"https://{HOST}:{proxy_port}"
    stage.api("PUT", "accounts/boss", {"name": "Boss", "role": "supervisor", "password": FIRST})
    right = {"name": "boss", "password": FIRST}
    signed_in = off_hub(ask, proxy_port, right, Origin=origin)
    assert signed_in.status == 200
    assert "; Secure" in signed_in.headers["Set-Cookie"]
    assert off_hub(ask, proxy_port, right, Origin="https://elsewhere.example").status == 403
    wrong = off_hub(ask, proxy_port, right | {"password": "wrong"}, "127.0.0.2", Origin=origin)
    assert wrong.status == 401
    with gevent.Timeout(10):
        rows = stage.api("GET", "audit?subject=boss")["items"]
    assert {row["address"] for row in rows if row["detail"] == "wrong password"} == {"127.0.0.2"}
