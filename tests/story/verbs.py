"""What agents and supervisors do with a call, as commands. Each returns once it is decided and saved."""

from uuid import uuid4

from controller.domain import commands as c
from controller.domain.catalogue import QueueSettings
from controller.domain.model import Interaction, MonitorMode, Party
from tests.story.stage import Stage


def _do(stage: Stage, command: c.Command) -> Interaction:
    after = stage.tandem.engine.handle(command)
    assert isinstance(after, Interaction)
    return after


def _segment(stage: Stage, i: str) -> str:
    segment = stage.find(i).segment
    assert segment is not None, "the customer is with no agent"
    return segment.id


def _consult(stage: Stage, i: str) -> str:
    consult = stage.find(i).consult
    assert consult is not None, "nobody is being asked"
    return consult.id


def hold(stage: Stage, i: str) -> None:
    _do(stage, c.Hold(interaction_id=i, segment_id=_segment(stage, i)))


def resume(stage: Stage, i: str) -> None:
    _do(stage, c.Resume(interaction_id=i, segment_id=_segment(stage, i)))


def hang_up(stage: Stage, i: str) -> None:
    """The agent's, in the console."""
    _do(stage, c.HangUp(interaction_id=i, segment_id=_segment(stage, i)))


def transfer_to_queue(stage: Stage, i: str, queue: str) -> None:
    terms = stage.tandem.catalogue.get(QueueSettings, queue).terms()
    _do(
        stage,
        c.TransferToQueue(
            interaction_id=i, segment_id=_segment(stage, i), queue=queue, terms=terms
        ),
    )


def transfer_to_agent(stage: Stage, i: str, agent: str, wait_s: float = 30.0) -> None:
    segment = _segment(stage, i)
    _do(stage, c.TransferToAgent(interaction_id=i, segment_id=segment, agent=agent, wait_s=wait_s))


def transfer_outside(stage: Stage, i: str, number: str) -> None:
    _do(
        stage,
        c.TransferOutside(
            interaction_id=i,
            segment_id=_segment(stage, i),
            destination=number,
            leg=str(uuid4()),
        ),
    )


def ask(stage: Stage, i: str, party: str) -> None:
    """Consult an agent (his id), or an outside number."""
    profile = stage.is_agent(party)
    _do(
        stage,
        c.StartConsult(
            interaction_id=i,
            segment_id=_segment(stage, i),
            consult_id=str(uuid4()),
            leg=str(uuid4()),
            kind=Party.AGENT if profile else Party.OUTSIDE,
            party=party,
        ),
    )


def complete(stage: Stage, i: str) -> None:
    _do(stage, c.CompleteConsult(interaction_id=i, consult_id=_consult(stage, i)))


def cancel(stage: Stage, i: str) -> None:
    _do(stage, c.CancelConsult(interaction_id=i, consult_id=_consult(stage, i)))


def swap(stage: Stage, i: str) -> None:
    _do(stage, c.SwapConsult(interaction_id=i, consult_id=_consult(stage, i)))


def join(stage: Stage, i: str) -> None:
    _do(stage, c.JoinConsult(interaction_id=i, consult_id=_consult(stage, i)))


def call(stage: Stage, agent: str, number: str, queue: str = "sales") -> str:
    """The agent calls a customer; the interaction's id."""
    i = str(uuid4())
    terms = stage.tandem.catalogue.get(QueueSettings, queue).terms()
    assert stage.tandem.agents.reserve(agent, i, terms.units, "voice", own=True)
    _do(
        stage,
        c.PlaceCall(
            interaction_id=i,
            channel="voice",
            agent=agent,
            segment_id=str(uuid4()),
            agent_leg=str(uuid4()),
            address=number,
            dialled="861088880000",
            queue=queue,
            terms=terms,
        ),
    )
    return i


def listen(stage: Stage, i: str, supervisor: str, mode: MonitorMode = MonitorMode.LISTEN) -> None:
    _do(
        stage,
        c.StartMonitor(
            interaction_id=i,
            segment_id=_segment(stage, i),
            monitor_id=str(uuid4()),
            supervisor=supervisor,
            leg=str(uuid4()),
            mode=mode,
        ),
    )


def _monitor(stage: Stage, i: str) -> str:
    [monitor] = stage.find(i).monitors
    return monitor.id


def set_mode(stage: Stage, i: str, mode: MonitorMode) -> None:
    _do(stage, c.ChangeMonitor(interaction_id=i, monitor_id=_monitor(stage, i), mode=mode))


def stop_listening(stage: Stage, i: str) -> None:
    _do(stage, c.StopMonitor(interaction_id=i, monitor_id=_monitor(stage, i)))


def take_over(stage: Stage, i: str) -> None:
    _do(stage, c.TakeOver(interaction_id=i, monitor_id=_monitor(stage, i)))


def pause_recording(stage: Stage, i: str) -> None:
    _do(stage, c.PauseRecording(interaction_id=i, segment_id=_segment(stage, i)))


def resume_recording(stage: Stage, i: str) -> None:
    _do(stage, c.ResumeRecording(interaction_id=i, segment_id=_segment(stage, i)))
