"""A Tandem on a real FreeSWITCH that dies and comes back, and phones that take many calls."""

import subprocess

import gevent

from controller.bootstrap import Tandem
from controller.domain.agent import SetStatus, SignIn, Status
from controller.domain.catalogue import AgentProfile
from tests.live.ports import HOST, free_media_port, free_ports
from tests.live.tones import CALLER_HZ
from tests.story.live_stage import LiveStage
from tests.story.stage import STRAIGHT


def die(stage: LiveStage) -> None:
    """As kill -9 does."""
    stage.tandem.engine._react = lambda after, event: None
    stage.tandem.engine._post = lambda letter: None
    stage.tandem.stop(drain_s=0)


def come_back(stage: LiveStage) -> None:
    stage.tandem = Tandem(stage.tandem.config)
    stage.tandem.publisher.subscribe("stage", stage._take)
    stage.tandem.start()
    assert stage.tandem.switch.link.wait_up(10), stage.tandem.switch.link.problem


def busy_phone(stage: LiveStage, calls: int, scenario: str = "phone_answers", port: int = 0) -> str:
    """A phone that takes `calls` calls, as many at once as come; its dial string."""
    folder = stage.folder / f"busy-{scenario}"
    folder.mkdir()
    words = {"RING_MS": 50, "TALK_MS": 60_000, "HZ": 1000, "DTMF": ""}
    (folder / "scenario.xml").write_text(stage.sipp._fill(scenario, words, folder))
    port = port or free_ports(1)[0]
    command = [str(stage.sipp._binary), "-sf", "scenario.xml", "-i", HOST, "-p", str(port)]
    command += ["-mi", HOST, "-mp", str(free_media_port()), "-m", str(calls), "-nostdin"]
    with (folder / "screen.log").open("wb") as screen:
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=screen, stderr=screen
        )
    stage.sipp._running.append(_Process(process))
    return f"sofia/agents/sip:1001@{HOST}:{port}"


class _Process:
    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()


def employ(stage: LiveStage, address: str, extensions: range) -> None:
    for number in extensions:
        key = str(number)
        stage.tandem.catalogue.put(
            AgentProfile(id=key, name=key, extension=key, queues=("sales",), address=address)
        )
        stage.tandem.engine.handle(SignIn(agent_id=key, status=Status.AVAILABLE, reason=None))
        stage.tandem.engine.handle(SetStatus(agent_id=key, status=Status.AVAILABLE))


def nothing_left(stage: LiveStage, within_s: float = 15) -> None:
    """No leg, unit, timer or open contact."""
    with gevent.Timeout(within_s, False):
        while stage.tandem.engine.live() or stage.legs():
            gevent.sleep(0.1)  # the switch's own farewells
    assert not stage.tandem.engine.live(), stage._state()
    assert stage.legs() == 0
    assert not stage.tandem.timers._timers
    for agent in stage.tandem.engine.agent_states():
        assert stage.tandem.agents.candidate(agent.id).free == 100


def crowd(stage: LiveStage, calls: int, stay: float) -> None:
    """`calls` callers at once from one carrier, who hang up `stay` seconds after they are answered. SIPp
    itself may hang at its end: what the switch says counts."""
    folder = stage.folder / "crowd"
    folder.mkdir()
    words = {
        "DID": STRAIGHT,
        "FROM_NAME": "Ann",
        "FROM_NUMBER": "+4930111222",
        "TALK_MS": round(stay * 1000),
        "ANSWER_MS": 30_000,
        "HZ": CALLER_HZ,
        "DTMF": "",
    }
    (folder / "scenario.xml").write_text(stage.sipp._fill("carrier_call", words, folder))
    command = [str(stage.sipp._binary), stage.switch.carrier, "-sf", "scenario.xml", "-i", HOST]
    command += ["-p", str(free_ports(1)[0]), "-mi", HOST, "-mp", str(free_media_port())]
    command += ["-m", str(calls), "-l", str(calls), "-r", "20", "-nostdin"]
    with (folder / "screen.log").open("wb") as screen:
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=screen, stderr=screen
        )
    stage.sipp._running.append(_Process(process))
