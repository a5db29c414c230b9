"""Tandem as a process of its own, as an operator runs it: it can be killed."""

import json
import queue
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import IO, Any

from controller.config import Config

TANDEM = [sys.executable, "-c", "from controller.cli import main; main()"]


class TandemProcess:
    """`tandem serve` on what `config` names. Blocks: call from a real thread where a hub matters."""

    def __init__(self, config: Config, file: Path) -> None:
        plain = config.model_dump(mode="json", exclude_none=True)
        assert config.switch.password is not None
        plain["switch"]["password"] = config.switch.password.get_secret_value()
        file.write_text(json.dumps(plain))  # JSON is YAML
        self._command = [*TANDEM, "serve", "--config", str(file), "--port"]
        self._log = config.data / "tandem.log"
        self._said: list[str] = []
        self._process: subprocess.Popen[str] | None = None
        self.url = ""

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def start(self, port: int = 0) -> None:
        """Until the API answers. `port`: where pages know it to be; 0: any."""
        self._process = subprocess.Popen(
            [*self._command, str(port)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        urls: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=self._read, args=(self._process.stdout, urls), daemon=True).start()
        self.url = urls.get(timeout=60)
        assert self.url, f"it did not start: {self.said()}"

    def _read(self, output: IO[str], urls: "queue.SimpleQueue[str]") -> None:
        """To its end: who writes into a pipe that nobody empties stands still one day."""
        for line in output:
            self._said.append(line)
            if "ready at" in line:
                urls.put(line.split()[-1])
        urls.put("")

    def said(self) -> str:
        """The end of what it printed and logged, each process of them."""
        log = self._log.read_text() if self._log.exists() else ""
        return "".join(self._said)[-4000:] + log[-20_000:]

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """As systemd does; checks that it goes by itself and in peace."""
        if self._process is not None:
            process = self._process
            self._end(signal.SIGTERM)
            assert process.returncode == 0

    def _end(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)
        self._process.wait(30)
        self._process = None

    def api(self, method: str, path: str, token: str, body: object = None) -> Any:
        request = urllib.request.Request(
            f"{self.url}/{path}",
            method=method,
            data=None if method == "GET" else json.dumps(body or {}).encode(),
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read() or b"null")

    def await_ready(self, timeout: float = 60.0) -> None:
        """Until it has its switch, too."""
        deadline = time.monotonic() + timeout
        while not self.ready():
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.05)  # another process: there is nothing to await

    def ready(self) -> bool:
        try:
            self.api("GET", "readyz", "")
        except urllib.error.HTTPError:
            return False
        return True
