"""A real Chromium, driven by Playwright in a node process of its own: it works beside gevent, and its pages
are as far from Tandem as anybody's."""

import json
import os
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.story.stage import off_hub

ROOT = Path(__file__).parents[2]
PACKAGES = ROOT / "console" / "web" / "package.json"
DRIVER = Path(__file__).with_name("driver.mjs")
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    # A phone on this machine: its address is one of loopback, and said plainly.
    "--allow-loopback-in-peer-connection",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
)


def missing() -> str | None:
    """What these tests need and is not here, or None."""
    if chromium() is None:
        return "no Chromium: apt-get install chromium"
    if shutil.which("node") is None:
        return "no Node.js: apt-get install nodejs"
    if not (PACKAGES.parent / "node_modules" / "playwright-core").exists():
        return "the page's packages are not installed: scripts/setup"
    if not (ROOT / "console" / "static" / "index.html").exists():
        return "the page is not built: scripts/setup"
    return None


def chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser")


class Browser:
    """One Chromium; each `Page` of it is somebody's."""

    def __init__(self, without: str = "", *flags: str) -> None:
        """`flags` beside those of all tests, of which `without` is left out."""
        executable = chromium()
        assert executable is not None
        kept = [flag for flag in _FLAGS if flag != without]
        self._process = subprocess.Popen(
            ["node", str(DRIVER), str(PACKAGES), executable, *kept, *flags],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, act: str, **given: Any) -> Any:
        answer = off_hub(self._ask, json.dumps({"act": act, **given}))
        assert "failed" not in answer, f"{act} {given}: {answer['failed']}"
        return answer["ok"]

    def _ask(self, line: str) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline() or '{"failed": "the driver has gone"}')
        assert isinstance(answer, dict)
        return answer

    def freeze(self) -> None:
        """A closed lid: all of its processes stand still, their connections stay open. `ask` would wait."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        for pid in _below(self._process.pid):
            os.kill(pid, number)

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        off_hub(self._process.wait, 20)


def _below(pid: int) -> list[int]:
    """The processes that this one began, and theirs."""
    begun: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it ended meanwhile
            parent = stat.read_text().rpartition(")")[2].split()[1]
            begun.setdefault(int(parent), []).append(int(stat.parent.name))
    found = [pid]
    for one in found:
        found += begun.get(one, [])
    return found[1:]


class Page:
    """A page by name. `on` is a selector of Playwright's; every act waits until it can be done."""

    def __init__(
        self, browser: Browser, name: str, url: str, of: str | None = None, **options: Any
    ) -> None:
        self._browser, self.name = browser, name
        if of is None:
            self._do("open", url=url, options=options)
        else:
            self._do("tab", url=url, of=of)

    def _do(self, act: str, **given: Any) -> Any:
        return self._browser.ask(act, page=self.name, **given)

    def click(self, on: str) -> None:
        self._do("click", on=on)

    def fill(self, on: str, text: str) -> None:
        self._do("fill", on=on, text=text)

    def select(self, on: str, value: str) -> None:
        self._do("select", on=on, value=value)

    def press(self, *keys: str) -> None:
        for key in keys:
            self._do("press", key=key)

    def type(self, text: str) -> None:
        self._do("type", text=text)

    def sees(self, on: str, timeout: int = 15_000) -> None:
        self._do("see", on=on, timeout=timeout)

    def sees_no(self, on: str, timeout: int = 15_000) -> None:
        self._do("see", on=on, gone=True, timeout=timeout)

    def text(self, on: str) -> str:
        return str(self._do("text", on=on))

    def run(self, script: str) -> Any:
        return self._do("run", script=script)

    def reload(self) -> None:
        self._do("reload")

    def size(self, width: int, height: int) -> None:
        self._do("size", width=width, height=height)

    def unplug(self) -> None:
        """No byte comes or goes any more, and nobody says so."""
        self._do("unplug")

    def plug_in(self) -> None:
        self._do("plugIn")

    def shot(self, path: Path) -> None:
        self._do("shot", path=str(path))

    def close(self) -> None:
        self._do("close")

    def serious_faults(self) -> list[str]:
        """What axe-core holds against the page as it is now."""
        return list(self._do("axe"))
