"""Tandem as a process of its own, as an operator runs it: it can be killed."""

import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from controller.config import Config

TANDEM = [sys.executable, "-c", "from controller.cli import main; main()"]


class TandemProcess:
    """`tandem serve` on what `config` names. Blocks: call from a real thread where a hub matters."""

    def __init__(self, config: Config, file: Path) -> None:
        plain = config.model_dump(mode="json", exclude_none=True)
        assert config.switch.password is not None
        plain["switch"]["password"] = config.switch.password.get_secret_value()
        file.write_text(json.dumps(plain))  # JSON is YAML
        self._command = [*TANDEM, "serve", "--config", str(file), "--port", "0"]
        self._process: subprocess.Popen[str] | None = None
        self.url = ""

    def start(self) -> None:
        """Until the API answers."""
        self._process = subprocess.Popen(
            self._command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert self._process.stdout is not None
        said = []
        for line in self._process.stdout:
            said.append(line)
            if "ready at" in line:
                self.url = line.split()[-1]
                return
        raise AssertionError(f"it did not start: {said}")

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
        self._process.communicate(timeout=30)
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

    def ready(self) -> bool:
        try:
            self.api("GET", "readyz", "")
        except urllib.error.HTTPError:
            return False
        return True
