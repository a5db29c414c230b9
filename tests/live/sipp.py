"""Callers and phones played by SIPp. A scenario is a file in scenarios/ with @WORDS@ to fill in."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from tests.live.ports import HOST, free_media_port, free_ports
from tests.live.tones import AGENT_HZ, CALLER_HZ, write_pcmu_tone

_SCENARIOS = Path(__file__).parent / "scenarios"
_WORD = re.compile(r"@([A-Z][A-Z_]*)@")


def find_sipp() -> Path | None:
    found = shutil.which("sipp")
    return Path(found) if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SippResult:
    """`ok`: every message came as the scenario says. `messages`: all SIP sent and received."""

    ok: bool
    messages: str
    errors: str

    def received(self, status: int) -> bool:
        """Whether a response of this status came in."""
        parts = self.messages.split("-----------------------------------------------")
        return any(" received " in part and f"\nSIP/2.0 {status} " in part for part in parts)


class SippCall:
    """A running SIPp. `wait()` for its end, or `stop()` it."""

    def __init__(
        self, process: subprocess.Popen[bytes], folder: Path, port: int, media_port: int
    ) -> None:
        self._process = process
        self._folder = folder
        self.port = port
        self.media_port = media_port

    @property
    def address(self) -> str:
        return f"{HOST}:{self.port}"

    def wait(self, timeout: float = 30.0) -> SippResult:
        """The result at the end of its one call; stops it and fails when that takes too long."""
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.stop()
            raise AssertionError(f"SIPp is still busy after {timeout} s:\n{self._read()}") from None
        return self._read()

    def stop(self) -> None:
        """End it now, whatever it is doing."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def _read(self) -> SippResult:
        def text(name: str) -> str:
            path = self._folder / name
            return path.read_text(errors="replace") if path.exists() else ""

        return SippResult(
            ok=self._process.returncode == 0,
            messages=text("messages.log"),
            errors=text("errors.log") + text("screen.log")[-2000:],
        )


class Sipp:
    """Starts SIPp processes in folders of their own under `folder`, and ends them all."""

    def __init__(self, binary: Path, folder: Path) -> None:
        self._binary = binary
        self._folder = folder
        self._running: list[SippCall] = []

    def start(
        self,
        scenario: str,
        target: str | None = None,
        *,
        source: str = HOST,
        port: int | None = None,
        **words: object,
    ) -> SippCall:
        """Run `scenario` once, towards `target` (ip:port) or, without one, waiting for a call.

        `port`: where it listens; None, anywhere.
        """
        folder = self._folder / f"{len(self._running):02d}-{scenario}"
        folder.mkdir(parents=True)
        (folder / "scenario.xml").write_text(self._fill(scenario, words, folder))
        if port is None:
            (port,) = free_ports(1)
        media = free_media_port()
        command = [str(self._binary), *([target] if target else []), "-sf", "scenario.xml"]
        command += ["-i", source, "-mi", source, "-bind_local", "-p", str(port), "-mp", str(media)]
        command += ["-m", "1", "-nostdin", "-trace_msg", "-message_file", "messages.log"]
        command += ["-trace_err", "-error_file", "errors.log"]
        with (folder / "screen.log").open("wb") as screen:
            process = subprocess.Popen(
                command,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=screen,
                stderr=subprocess.STDOUT,
            )
        call = SippCall(process, folder, port, media)
        self._running.append(call)
        return call

    def call(
        self,
        carrier: str,
        did: str,
        *,
        from_name: str = "Caller",
        from_number: str = "13800000000",
        talk: float = 10.0,
        answer_within: float = 30.0,
        scenario: str = "carrier_call",
        dtmf: str = "",
        pcap: Path | None = None,
        source: str = HOST,
    ) -> SippCall:
        """A call from the carrier: a 600 Hz tone once answered, hanging up after `talk` seconds.

        With `dtmf`, those digits are sent by RFC 2833 instead of the tone; SIPp needs raw sockets
        (root or CAP_NET_RAW) for that, and for `pcap`, which is sent instead of either.
        """
        return self.start(
            scenario,
            carrier,
            source=source,
            DID=did,
            FROM_NAME=from_name,
            FROM_NUMBER=from_number,
            TALK_MS=round(talk * 1000),
            ANSWER_MS=round(answer_within * 1000),
            HZ=CALLER_HZ,
            DTMF=dtmf,
            PCAP=pcap or "",
        )

    def register(
        self,
        registrar: str,
        extension: str,
        password: str,
        contact: str,
        *,
        username: str | None = None,
        domain: str = "tandem",
        expect: int = 200,
    ) -> SippResult:
        """Register `extension` so that its calls come to `contact` (ip:port)."""
        return self.start(
            "register",
            registrar,
            EXTENSION=extension,
            USERNAME=username or extension,
            PASSWORD=password,
            CONTACT=contact,
            DOMAIN=domain,
            EXPECT=expect,
        ).wait()

    def phone(
        self,
        scenario: str = "phone_answers",
        *,
        ring: float = 0.3,
        talk: float = 30.0,
        hz: int = AGENT_HZ,
        port: int | None = None,
    ) -> SippCall:
        """A phone waiting for one call: `phone_answers` (it speaks `hz`), `_rejects`, `_ignores`,
        `_remote` (answers when told to), `_obeys` (holds, resumes and transfers when told to)."""
        return self.start(
            scenario,
            port=port,
            RING_MS=round(ring * 1000),
            TALK_MS=round(talk * 1000),
            HZ=hz,
            DTMF="",
        )

    def dials(
        self,
        registrar: str,
        extension: str,
        password: str,
        number: str,
        *,
        talk: float = 30.0,
        domain: str = "tandem",
        hz: int = AGENT_HZ,
    ) -> SippCall:
        """That extension's phone dials `number` for itself and talks once it is answered."""
        return self.start(
            "phone_dials",
            registrar,
            EXTENSION=extension,
            PASSWORD=password,
            DOMAIN=domain,
            DID=number,
            TALK_MS=round(talk * 1000),
            HZ=hz,
            DTMF="",
        )

    def agent_phone(
        self,
        registrar: str,
        extension: str,
        password: str,
        scenario: str = "phone_answers",
        **how: float,
    ) -> SippCall:
        """A registered phone of that extension."""
        phone = self.phone(scenario, **how)
        result = self.register(registrar, extension, password, phone.address)
        assert result.ok, result
        return phone

    def stop(self) -> None:
        for call in self._running:
            call.stop()

    def _fill(self, scenario: str, words: dict[str, object], folder: Path) -> str:
        text = (_SCENARIOS / f"{scenario}.xml").read_text()
        values = {name: str(value) for name, value in words.items()}
        if values.get("PCAP"):
            values["MEDIA_PORT"] = "media_port"
            played = f'<exec play_pcap_audio="{escape(values["PCAP"])}"/>'
        elif values.get("DTMF"):
            # play_dtmf sends from the plain media port, a stream from one of its own.
            values["MEDIA_PORT"] = "media_port"
            played = f'<exec play_dtmf="{values["DTMF"]}"/>'
        else:
            values["MEDIA_PORT"] = "rtpstream_audio_port"
            tone = write_pcmu_tone(folder / "tone.pcmu", int(values.get("HZ", "0")))
            played = f'<exec rtp_stream="{escape(str(tone))},-1,0"/>'
        values["MEDIA"] = f"<nop><action>{played}</action></nop>"
        return _WORD.sub(lambda found: values[found[1]], text)


@contextmanager
def running_sipp(folder: Path) -> Iterator[Sipp]:
    """A Sipp whose processes all end with the block."""
    binary = find_sipp()
    assert binary is not None, "install SIPp (sip-tester)"
    sipp = Sipp(binary, folder)
    try:
        yield sipp
    finally:
        sipp.stop()
