"""What agents and supervisors do with a call, by the API. Each returns once it is decided and saved."""

from uuid import uuid4

from console.auth import Role
from controller.domain import commands as c
from controller.domain.words import MonitorMode, Party
from tests.story.stage import Stage


def _post(stage: Stage, i: str, path: str, body: object = None, token: str | None = None) -> None:
    stage.api("POST", f"interactions/{i}/{path}", body, token=token)


def _target(stage: Stage, party: str) -> dict[str, str]:
    return {"agent" if stage.is_agent(party) else "number": party}


def hold(stage: Stage, i: str) -> None:
    _post(stage, i, "hold")


def resume(stage: Stage, i: str) -> None:
    _post(stage, i, "resume")


def hang_up(stage: Stage, i: str) -> None:
    """The agent's, in the console."""
    _post(stage, i, "hang-up")


def reconnect(stage: Stage, i: str) -> None:
    """The agent's page says that its phone is back."""
    _post(stage, i, "reconnect")


def transfer_to_queue(stage: Stage, i: str, queue: str) -> None:
    _post(stage, i, "transfer", {"to": {"queue": queue}, "anyway": True})


def transfer(stage: Stage, i: str, party: str, wait_s: float = 30.0) -> None:
    """To an agent (his id), or to an outside number."""
    _post(stage, i, "transfer", {"to": _target(stage, party), "wait_s": wait_s})


def ask(stage: Stage, i: str, party: str) -> None:
    """Consult an agent (his id), or an outside number."""
    _post(stage, i, "consult", _target(stage, party))


def ask_who_has_just_become_busy(stage: Stage, i: str, agent: str) -> None:
    """Past the look that the API takes at him first."""
    segment = stage.find(i).segment
    assert segment is not None
    stage.tandem.engine.handle(
        c.StartConsult(
            interaction_id=i,
            segment_id=segment.id,
            consult_id=str(uuid4()),
            leg=str(uuid4()),
            kind=Party.AGENT,
            party=agent,
        )
    )


def complete(stage: Stage, i: str) -> None:
    _post(stage, i, "consult/complete")


def cancel(stage: Stage, i: str) -> None:
    _post(stage, i, "consult/cancel")


def swap(stage: Stage, i: str) -> None:
    _post(stage, i, "consult/swap")


def join(stage: Stage, i: str) -> None:
    _post(stage, i, "consult/join")


def call(stage: Stage, agent: str, number: str, queue: str = "sales") -> str:
    """The agent calls a customer; the interaction's id."""
    placed = stage.api("POST", "calls", {"agent": agent, "number": number, "queue": queue})
    return str(placed["id"])


def pause_recording(stage: Stage, i: str) -> None:
    _post(stage, i, "recording/pause")


def resume_recording(stage: Stage, i: str) -> None:
    _post(stage, i, "recording/resume")


class Supervisor:
    """Who listens, at the phone of this agent, and steers who waits."""

    def __init__(self, stage: Stage, agent: str) -> None:
        self._stage = stage
        self._token = stage.tandem.new_token(f"supervisor {agent}", Role.SUPERVISOR, agent)

    def listen(self, i: str, mode: MonitorMode = MonitorMode.LISTEN) -> None:
        """Begin in this mode, or change to it."""
        _post(self._stage, i, "monitor", {"mode": mode.value}, self._token)

    def stop(self, i: str) -> None:
        self._stage.api("DELETE", f"interactions/{i}/monitor", token=self._token)

    def take_over(self, i: str) -> None:
        _post(self._stage, i, "take-over", token=self._token)

    def prioritise(self, i: str, priority: int) -> None:
        path = f"interactions/{i}/priority"
        self._stage.api("PUT", path, {"priority": priority}, token=self._token)

    def move(self, i: str, queue: str) -> None:
        _post(self._stage, i, "move", {"queue": queue, "anyway": True}, self._token)

    def assign(self, i: str, agent: str, wait_s: float = 30.0) -> None:
        _post(self._stage, i, "assign", {"agent": agent, "wait_s": wait_s}, self._token)

    def sign_out(self, agent: str) -> None:
        self._stage.api("POST", f"agents/{agent}/sign-out", token=self._token)
