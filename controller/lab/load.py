"""The lab switch as a load: callers at a steady rate, phones that answer. Runs as a program of its own.

`python -m controller.lab.load` reads one JSON object from standard input (see `Load`), prints a line
with its port and password when it listens, starts calling when it is told `go`, and prints a line
with what it saw when every caller has hung up.
"""

import json
import sys
from dataclasses import asdict, dataclass

import gevent
from gevent.fileobject import FileObject

from controller.greenlets import spawn
from controller.lab.callers import Caller, HangUp, LabCall, Talk
from controller.lab.core import Settings
from controller.lab.phones import Phone
from controller.lab.switch import LabSwitch

#: The phones' extensions count up from here.
FIRST_EXTENSION = 10_001


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """`rate` callers a second for `seconds`; each talks for `talk_s` and hangs up.

    Phones 10001, 10002 ... answer after `ring_s`. A caller not served in `patience_s` hangs up.
    """

    rate: float
    seconds: float
    phones: int
    did: str
    talk_s: float = 2.0
    ring_s: float = 0.5
    patience_s: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """`served`: callers who were bridged. `legs`: left over at the end."""

    dialled: int
    served: int
    seconds: float
    legs: int


def run(load: Load, lab: LabSwitch) -> Seen:
    """Call and wait until all is over."""
    calls: list[LabCall] = []
    started = gevent.get_hub().loop.now()
    total = int(load.rate * load.seconds)
    for number in range(total):
        due = started + number / load.rate
        gevent.sleep(max(0.0, due - _now()))
        calls.append(lab.dial(_caller(load, number)))
    seconds = _now() - started
    deadline = load.patience_s + load.talk_s + 10
    gevent.wait([call.ended for call in calls], timeout=deadline)
    with gevent.Timeout(5, False):
        while lab.legs:
            gevent.sleep(0.05)
    served = sum(call.bridged > 0 for call in calls)
    return Seen(dialled=total, served=served, seconds=seconds, legs=len(lab.legs))


def _now() -> float:
    loop = gevent.get_hub().loop
    loop.update_now()
    return float(loop.now())


def _caller(load: Load, number: int) -> Caller:
    return Caller(
        number=f"+4930{number:07d}",
        name=f"Caller {number}",
        did=load.did,
        script=[Talk(load.talk_s), HangUp()],
    )


def main() -> None:
    lines = FileObject(sys.stdin.buffer, "rb")
    load = Load(**json.loads(lines.readline()))
    lab = LabSwitch(settings=Settings(write_recordings=False, max_sessions=1_000_000))
    for number in range(load.phones):
        lab.add_phone(Phone(extension=str(FIRST_EXTENSION + number), answer_after=load.ring_s))
    lab.start()
    _say({"port": lab.port, "password": lab.password})
    lines.readline()
    worker = spawn("load", run, load, lab)
    worker.join()
    _say(asdict(worker.get()))
    lines.readline()  # until the other side is done, or gone
    lab.stop()


def _say(value: object) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
