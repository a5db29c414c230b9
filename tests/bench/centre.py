"""Tandem in a process of its own, so that its CPU is its own.

`python -m tests.bench.centre` reads one JSON object from standard input (see `Centre`), prints a line
when it takes calls, and works until standard input ends.
"""

import controller.patched  # noqa: F401  # isort: skip

import gc
import json
import sys
from dataclasses import dataclass
from pathlib import Path

from gevent.fileobject import FileObject
from pydantic import SecretStr

from controller.bootstrap import Tandem
from controller.config import Config, HttpConfig, SwitchConfig
from controller.domain.agent import SignIn, Status
from controller.domain.catalogue import AgentProfile, Did, QueueSettings
from controller.logs import configure

FLOW = """\
flow: bench
start: q
numbers: ["{did}"]
steps:
  q: {{queue: {{name: bench}}, otherwise: e}}
  e: {{hangup: }}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Centre:
    """One queue, reached by `did`, of agents with these extensions. `folder` is empty and its own."""

    folder: str
    port: int
    password: str
    did: str
    extensions: tuple[str, ...]


def build(centre: Centre) -> Tandem:
    folder = Path(centre.folder)
    (folder / "flows").mkdir(parents=True)
    (folder / "flows" / "bench.yaml").write_text(FLOW.format(did=centre.did))
    tandem = Tandem(
        Config(
            data=folder / "data",
            flows_dir=folder / "flows",
            http=HttpConfig(port=0),
            min_free_mb=0,
            demo=False,
            switch=SwitchConfig(
                kind="freeswitch", port=centre.port, password=SecretStr(centre.password)
            ),
        )
    )
    tandem.catalogue.put(QueueSettings(id="bench", name="Bench", wrap_up_s=0.0, record=False))
    tandem.catalogue.put(Did(id=centre.did, flow="bench"))
    for extension in centre.extensions:
        tandem.catalogue.put(
            AgentProfile(id=extension, name=extension, extension=extension, queues=("bench",))
        )
    tandem.start()
    tandem.switch.link.wait_up(10)
    gc.freeze()  # as `tandem serve` does
    for extension in centre.extensions:
        tandem.engine.handle(SignIn(agent_id=extension, status=Status.AVAILABLE, reason=None))
    return tandem


def main() -> None:
    lines = FileObject(sys.stdin.buffer, "rb")
    configure(None, "warning")
    tandem = build(Centre(**json.loads(lines.readline())))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    lines.readline()
    tandem.stop()


if __name__ == "__main__":
    main()
