"""The server of `scripts/bench console`: a Tandem on the lab switch with its agents signed in.

Reads one JSON object a line from standard input and answers each with one: first the folder and the
number of agents, then `size` or `change`.
"""

import controller.patched  # noqa: F401  # isort: skip

import gc
import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import gevent
from gevent.fileobject import FileObject

from console.auth import Role
from controller.bootstrap import Tandem
from controller.config import Config, HttpConfig
from controller.domain.agent import SetStatus, SignIn, Status
from controller.domain.catalogue import AgentProfile, QueueSettings
from controller.logs import configure

QUEUES = 20
#: Each agent serves so many of them.
SERVED = 3


def build(folder: Path, agents: int) -> Tandem:
    tandem = Tandem(Config(data=folder / "data", http=HttpConfig(port=0), demo=False))
    for number in range(QUEUES):
        tandem.catalogue.put(QueueSettings(id=f"queue{number}", name=f"Queue {number}"))
    for number in range(agents):
        queues = tuple(f"queue{(number + place) % QUEUES}" for place in range(SERVED))
        tandem.catalogue.put(
            AgentProfile(
                id=f"agent{number}",
                name=f"Agent Number {number}",
                extension=str(1000 + number),
                queues=queues,
            )
        )
    tandem.start()
    gc.freeze()  # as `tandem serve` does
    for number in range(agents):
        tandem.engine.handle(SignIn(agent_id=f"agent{number}", status=Status.AVAILABLE))
    return tandem


def change(tandem: Tandem, agents: int, rate: float, seconds: float) -> dict[str, Any]:
    """One agent after the other on a break, whose reason is the time at which it was asked for."""
    before, began = _cpu(), time.time()
    changes = int(rate * seconds)
    for number in range(changes):
        gevent.sleep(max(0.0, began + number / rate - time.time()))
        tandem.engine.handle(
            SetStatus(
                agent_id=f"agent{number % agents}",
                status=Status.ON_BREAK if number // agents % 2 == 0 else Status.AVAILABLE,
                reason=f"at {time.time():.6f}",
            )
        )
    spent = time.time() - began
    return {"changes": changes, "cpu_s": _cpu() - before, "seconds": spent}


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _rss_kb() -> int:
    gc.collect()
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def main() -> None:
    lines = FileObject(sys.stdin.buffer, "rb")
    configure(None, "error")
    asked = json.loads(lines.readline())
    agents = asked["agents"]
    tandem = build(Path(asked["folder"]), agents)
    tokens = [tandem.new_token("desk", Role.AGENT, f"agent{n}") for n in range(agents)]
    wallboard = tandem.new_token("wallboard", Role.SUPERVISOR)
    assert tandem.http is not None
    port = tandem.http.server_port
    _say({"port": port, "desks": tokens, "wallboard": wallboard, "rss_kb": _rss_kb()})
    while line := lines.readline():
        wanted = json.loads(line)
        if wanted["do"] == "size":
            _say({"rss_kb": _rss_kb()})
        else:
            _say(change(tandem, agents, wanted["rate"], wanted["seconds"]))


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
