"""A real FreeSWITCH with our configuration, on free loopback ports, for as long as a test needs."""

import fcntl
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from controller.provisioning import DirectoryEntry, FsSettings, esl_password, load_settings, render
from tests.live.ports import HOST, quiet_ports, rtp_range
from tests.live.probe import EslProbe

START_SECONDS = 60
STOP_SECONDS = 20
CLEAR_SECONDS = 10
# Names of folders as FreeSWITCH's options call them; -conf, -mod and those in FsSettings apart.
_FOLDERS = ("db", "storage", "cache", "temp", "certs", "scripts", "htdocs", "grammar", "sounds")


def find_binary() -> Path | None:
    """$FREESWITCH, else `freeswitch` on PATH; None when there is none."""
    named = os.environ.get("FREESWITCH")
    found = shutil.which(named or "freeswitch")
    return Path(found).resolve() if found else None


def find_modules(binary: Path) -> Path | None:
    """$FREESWITCH_MOD, else lib/freeswitch/mod beside the binary's bin folder."""
    named = os.environ.get("FREESWITCH_MOD")
    folder = Path(named) if named else binary.parent.parent / "lib/freeswitch/mod"
    return folder if (folder / "mod_sofia.so").exists() else None


class FreeSwitch:
    """One running switch. `settings` tells its ports, `probe()` looks inside, `log` is its log."""

    def __init__(
        self,
        folder: Path,
        agents: Sequence[DirectoryEntry],
        overrides: dict[str, Any] | None = None,
    ) -> None:
        self.folder = folder
        self.conf = folder / "conf"
        self.raw_settings = _test_settings(folder) | (overrides or {})
        self.settings = load_settings(self.raw_settings)
        self.agents = tuple(agents)
        self.console = folder / "console.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._command: list[str] = []

    @property
    def log(self) -> Path:
        return self.settings.log.dir / "freeswitch.log"

    @property
    def password(self) -> str:
        return esl_password(self.conf)

    @property
    def pid(self) -> int:
        assert self._process is not None, "not started"
        return self._process.pid

    @property
    def carrier(self) -> str:
        """ip:port that carriers call."""
        return str(self.settings.carrier_bind)

    @property
    def agents_side(self) -> str:
        """ip:port that agents' phones register with."""
        return str(self.settings.agents_bind)

    def probe(self, password: str | None = None) -> EslProbe:
        """A new event socket connection."""
        esl = self.settings.esl
        return EslProbe(str(esl.host), esl.port, password or self.password)

    def render(self, agents: Sequence[DirectoryEntry] | None = None) -> list[Path]:
        """Write the configuration, optionally with other agents; the switch is not told."""
        if agents is not None:
            self.agents = tuple(agents)
        return render(self.settings, self.agents, self.conf)

    def start(self, binary: Path, modules: Path) -> None:
        """Start and wait until calls are accepted. It schedules itself in real time, where it may, as in
        service: its timers and media do not wait for the tests."""
        self.render()
        command = [str(binary), "-nf", "-nonat", "-conf", str(self.conf)]
        command += ["-mod", str(modules), "-log", str(self.settings.log.dir)]
        command += ["-run", str(self.settings.run_dir)]
        command += ["-recordings", str(self.settings.recordings_dir)]
        for name in _FOLDERS:
            (self.folder / name).mkdir(exist_ok=True)
            command += [f"-{name}", str(self.folder / name)]
        _give_keys(self.folder / "certs")
        self._command = command
        self._run()

    def start_again(self) -> None:
        """After `stop`; nothing where it runs."""
        if self._process is None:
            self._run()

    def _run(self) -> None:
        with self.console.open("ab") as console:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=console, stderr=subprocess.STDOUT
            )
        self._await_ready()

    def stop(self) -> None:
        """Stop by its process id; kill it when it does not end in time."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def clear(self) -> None:
        """Hang up every call, forget every registration, remove the fallback's messages: the next
        Tandem would note them."""
        deadline = time.monotonic() + CLEAR_SECONDS
        with self.probe() as probe:
            probe.api("hupall NORMAL_CLEARING")
            if not self._no_phones(probe):
                # Carried out later: asked for when there is nothing to forget, it would forget the
                # phones of the next test.
                probe.api("sofia profile agents flush_inbound_reg")
            # No event says that all are done.
            while not (
                probe.api("show channels count").strip().startswith("0 ") and self._no_phones(probe)
            ):
                assert time.monotonic() < deadline, probe.api("show channels")
                time.sleep(0.05)
        for message in (self.settings.recordings_dir / "fallback").glob("*"):
            message.unlink()

    @staticmethod
    def _no_phones(probe: EslProbe) -> bool:
        return "returned: 0" in probe.api("sofia status profile agents reg")

    def await_phone(self, extension: str) -> None:
        """Until the switch finds the phone: it writes registrations down after it confirms them."""
        self._until(f"sofia_contact agents/{extension}@{self.settings.domain}", "sofia/")

    def await_contact(self, address: str) -> None:
        """Until the switch has written down a phone at that address (ip:port)."""
        self._until("sofia status profile agents reg", address)

    def _until(self, command: str, said: str, timeout: float = 10.0) -> None:
        deadline = time.monotonic() + timeout
        with self.probe() as probe:
            while said not in (answer := probe.api(command)):
                assert time.monotonic() < deadline, f"{command}: {answer}"
                time.sleep(0.02)  # another process: there is nothing to await

    def log_lines(self, *levels: str) -> list[str]:
        """Lines of console and log at these levels, such as "ERR"."""
        text = self.console.read_text(errors="replace")
        if self.log.exists():
            text += self.log.read_text(errors="replace")
        return [line for line in text.splitlines() if any(f"[{level}]" in line for level in levels)]

    def _await_ready(self) -> None:
        # Before the event socket listens there is nothing to be notified by: retry the connection.
        deadline = time.monotonic() + START_SECONDS
        while True:
            assert self._process is not None
            if self._process.poll() is not None:
                raise AssertionError(f"FreeSWITCH ended at start:\n{self._tail()}")
            try:
                with self.probe() as probe:
                    if "is ready" in probe.api("status"):
                        return
            except (ConnectionError, TimeoutError) as error:
                if time.monotonic() > deadline:
                    self.stop()
                    raise AssertionError(f"not ready in time:\n{self._tail()}") from error
            time.sleep(0.1)

    def _tail(self) -> str:
        return self.console.read_text(errors="replace")[-4000:]


def _give_keys(certs: Path) -> None:
    """A key and its certificate for DTLS and for wss. Without, every switch makes two at its start, of
    4,096 bits each (fewer it refuses), and a core is busy with them for seconds."""
    openssl = shutil.which("openssl")
    if openssl is None:
        return
    kept = Path(tempfile.gettempdir()) / f"tandem-switch-keys-{os.getuid()}.pem"
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # other processes start a switch at the same time
        if not kept.exists():
            asked = ["req", "-x509", "-newkey", "rsa:4096", "-nodes", "-subj", "/CN=FreeSWITCH"]
            asked += ["-days", "3650", "-keyout", "-", "-out", "-"]
            made = subprocess.run([openssl, *asked], capture_output=True, check=True, text=True)
            whole = kept.with_suffix(".new")
            whole.touch(mode=0o600)
            whole.write_text(made.stdout)
            whole.rename(kept)
    for name in ("dtls-srtp.pem", "wss.pem"):
        shutil.copy(kept, certs / name)


def _test_settings(folder: Path) -> dict[str, Any]:
    carrier, agents, ws, esl, gateway = quiet_ports(5)
    start, end = rtp_range()
    return {
        "carrier_bind": f"{HOST}:{carrier}",
        "agents_bind": f"{HOST}:{agents}",
        "ws_bind": f"{HOST}:{ws}",
        "esl": {"port": esl},
        "carrier_acl": [f"{HOST}/32"],
        "gateways": [{"name": "trunk", "proxy": f"{HOST}:{gateway}"}],
        "outbound_prefixes": ["8610"],
        "rtp": {"start": start, "end": end},
        "recordings_dir": folder / "recordings",
        "prompts_dir": folder / "sounds",
        "run_dir": folder / "run",
        "log": {"dir": folder / "log", "level": "info"},
        "fallback": {"after_seconds": 8, "voicemail_seconds": 5},
        "sessions_per_second": 200,
        "phone_transfers": True,
    }


def gateway_port(settings: FsSettings) -> int:
    """The loopback port where the test's carrier must listen for outbound calls."""
    return int(settings.gateways[0].proxy.rpartition(":")[2])
