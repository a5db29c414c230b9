"""On a real FreeSWITCH: the event socket is cut, or another client of it stands still; the database is
slow, or away."""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import gevent
import pytest
from sqlalchemy import create_engine, text

from controller.domain.agent import Status
from controller.domain.catalogue import QueueSettings
from controller.domain.words import Outcome, State
from tests.hostile.centre import talking, write_flows
from tests.hostile.live import busy_phone, employ, nothing_left
from tests.hostile.proxy import Proxy
from tests.live.fixtures import PASSWORD
from tests.live.ports import HOST
from tests.live.probe import EslProbe
from tests.live.tones import CALLER_HZ, seconds_of, tone_levels
from tests.story.live_stage import LiveStage
from tests.story.stage import Caller, Phone, off_hub

pytestmark = pytest.mark.live


@pytest.fixture
def proxy(freeswitch) -> Iterator[Proxy]:
    with Proxy((HOST, freeswitch.settings.esl.port)) as proxy:
        yield proxy


@pytest.fixture
def stage(freeswitch, sipp, proxy: Proxy, tmp_path: Path) -> Iterator[LiveStage]:
    write_flows(tmp_path / "flows")
    stage = LiveStage.open(tmp_path, freeswitch, sipp, PASSWORD, esl_port=proxy.port)
    stage.furnish()
    yield stage
    proxy.mend()
    stage.close()


def legs_of(stage: LiveStage) -> list[tuple[str, str | None]]:
    return [(leg["role"], leg["cause"]) for leg in stage.api("GET", "reports/cdr?rows=legs")]


# --- the event socket ------------------------------------------------------------------------------


def away(stage: LiveStage, proxy: Proxy, seconds: float) -> None:
    proxy.cut()
    gevent.sleep(seconds)
    assert not stage.tandem.switch.link.up
    proxy.mend()
    assert stage.tandem.switch.link.wait_up(15), stage.tandem.switch.link.problem


def test_the_socket_is_cut_and_a_pair_that_talks_hears_nothing(stage: LiveStage, proxy: Proxy):
    stage.agent(Phone(extension="1001"), ["sales"])
    call = stage.dial(Caller(stay=8))
    before = stage.until(talking)
    away(stage, proxy, 1.5)
    call.wait_over()
    done = stage.settle()
    assert done.segments[0].connected_at == before.segments[0].connected_at
    [recording] = done.recordings
    assert recording.error is None
    talked = done.segments[0].ended_at - recording.started_at
    assert recording.length_s == pytest.approx(talked, abs=0.5)
    heard = tone_levels(Path(recording.path))[0]
    assert seconds_of(heard, CALLER_HZ) == pytest.approx(recording.length_s, abs=1)
    nothing_left(stage)


def deadline_of(probe: EslProbe, leg: str, at_least: float) -> None:
    """Until the leg's deadline is that many seconds away, and no other is left."""
    with gevent.Timeout(5):
        while True:
            tasks = json.loads(off_hub(probe.api, "show tasks as json")).get("rows", [])
            due = [float(t["task_runtime"]) for t in tasks if t["task_group"].startswith(leg)]
            if len(due) == 1 and due[0] - time.time() >= at_least:
                return
            gevent.sleep(0.1)


def test_the_socket_is_cut_and_who_waits_keeps_his_place(stage: LiveStage, proxy: Proxy):
    call = stage.dial(Caller(stay=12))
    before = stage.until(lambda i: i.state is State.QUEUED)
    away(stage, proxy, 1.5)
    with stage.switch.probe() as probe:
        # The deadline is a new one, though a renewal was lost with the socket.
        deadline_of(probe, before.leg, at_least=40)
    stage.agent(Phone(extension="1001", ring=0.2), ["sales"])
    now = stage.until(talking)
    assert now.place.since == before.place.since
    call.wait_over()
    assert stage.settle().outcome is Outcome.HANDLED
    nothing_left(stage)


@pytest.mark.parametrize(
    "then", ["answers", pytest.param("goes on ringing", marks=pytest.mark.slow), "the caller goes"]
)
def test_the_socket_is_cut_while_a_phone_rings(stage: LiveStage, proxy: Proxy, then: str):
    # Rings for longer than the socket is away, reconnecting included.
    queue = stage.tandem.catalogue.get(QueueSettings, "sales")
    stage.tandem.catalogue.put(replace(queue, offer_s=8))
    ring = 1.0 if then == "answers" else 30
    stage.agent(Phone(extension="1001", ring=ring, ignores=ring == 30), ["sales"])
    call = stage.dial(Caller(stay=1.5 if then == "the caller goes" else 14))
    stage.until(lambda i: i.state is State.OFFERED)
    away(stage, proxy, 2)
    if then == "answers":
        stage.until(talking)
        call.wait_over()
        assert stage.settle().outcome is Outcome.HANDLED
    elif then == "goes on ringing":
        stage.until(lambda i: "OfferExpired" in stage.names(i))
        call.wait_over()
        assert stage.settle().outcome is Outcome.ABANDONED
    else:
        assert stage.settle().state is State.ENDED
        assert stage.tandem.agents.candidate("1001").status is Status.AVAILABLE
    assert all(cause for _, cause in legs_of(stage))
    nothing_left(stage)


@pytest.mark.parametrize("who", ["customer", pytest.param("agent", marks=pytest.mark.slow)])
def test_the_socket_is_cut_while_one_of_a_pair_hangs_up(stage: LiveStage, proxy: Proxy, who: str):
    stage.agent(Phone(extension="1001", talk=2 if who == "agent" else 60), ["sales"])
    call = stage.dial(Caller(stay=2 if who == "customer" else 9))
    stage.until(talking)
    away(stage, proxy, 3)
    if who == "agent":
        stage.until(lambda i: i.state is State.QUEUED)  # he is still there
    call.wait_over()
    done = stage.settle(20)
    assert all(r.ended_at and r.length_s > 0.5 for r in done.recordings)
    assert all(cause for _, cause in legs_of(stage))
    nothing_left(stage)


def stalled_client(stage: LiveStage) -> socket.socket:
    """Subscribes to everything, and never reads."""
    esl = stage.switch.settings.esl
    client = socket.create_connection((str(esl.host), esl.port))
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.sendall(f"auth {stage.switch.password}\n\nevent plain ALL\n\n".encode())
    return client


def test_another_client_that_never_reads_holds_nobody_up(stage: LiveStage):
    stage.agent(Phone(extension="1001", ring=0.1), ["sales"])
    with closing(stalled_client(stage)):
        call = stage.dial(Caller(stay=3))
        stage.until(talking)
        call.wait_over()
        done = stage.settle()
    assert done.outcome is Outcome.HANDLED
    assert stage.tandem.switch.link.reconnects_total == 0
    nothing_left(stage)


def flood(stage: LiveStage, client: socket.socket) -> None:
    """More events than FreeSWITCH keeps for a client: then its socket stands still for all."""
    client.sendall(f"auth {stage.switch.password}\n\n".encode())
    for _ in range(240):
        client.sendall(b"sendevent CUSTOM\nEvent-Subclass: tandem::flood\n\n" * 500)
        client.setblocking(False)
        with suppress(BlockingIOError):
            while client.recv(1 << 20):
                pass
        client.settimeout(60)


@pytest.mark.slow
def test_the_event_socket_stands_still_for_all_and_everybody_is_still_there(stage: LiveStage):
    employ(stage, busy_phone(stage, 10), range(1001, 1002))
    talks = stage.dial(Caller(stay=55))
    before = stage.until(talking)
    waits = stage.dial(Caller(stay=80))
    place = stage.until(lambda i: i.state is State.QUEUED).place
    esl = stage.switch.settings.esl
    with (
        closing(stalled_client(stage)),
        closing(socket.create_connection((str(esl.host), esl.port), timeout=60)) as other,
    ):
        off_hub(flood, stage, other)
        with gevent.Timeout(60):
            while stage.tandem.switch.link.up:
                gevent.sleep(0.1)  # noticed by a command unanswered, or a heartbeat missed
        assert "FreeSWITCH" in stage.tandem.readiness()["switch"]
    # Whoever finds and ends that client mends it.
    assert stage.tandem.switch.link.wait_up(20), stage.tandem.switch.link.problem
    talks.wait_over(120)
    served = stage.until(lambda i: talking(i) and i.id != before.id, 20)
    assert served.place.since == place.since
    waits.wait_over(60)
    stage.until(lambda i: all(each.closed for each in stage.interactions()), 20)
    assert [i.outcome for i in stage.interactions()] == [Outcome.HANDLED] * 2
    first = stage.tandem.store.interaction(before.id)
    assert first.segments[0].ended_at - first.segments[0].connected_at == pytest.approx(55, abs=3)
    assert [r.error for r in first.recordings] == [None]
    nothing_left(stage)


# --- the database ----------------------------------------------------------------------------------


@pytest.fixture
def on_postgres(freeswitch, sipp, cluster, tmp_path: Path) -> Iterator[LiveStage]:
    write_flows(tmp_path / "flows")
    url = cluster.new_database()
    stage = LiveStage.open(tmp_path, freeswitch, sipp, PASSWORD, database=url)
    stage.furnish()
    yield stage
    stage.close()


@pytest.mark.slow
@pytest.mark.external_service
def test_a_lock_held_for_seconds_delays_and_loses_nothing(on_postgres: LiveStage):
    stage = on_postgres
    employ(stage, busy_phone(stage, 10), range(1001, 1002))
    talks = stage.dial(Caller(stay=5))
    stage.until(talking)
    waits = stage.dial(Caller(stay=16))
    place = stage.until(lambda i: i.state is State.QUEUED).place
    url = stage.tandem.config.database_url.replace("postgresql:", "postgresql+psycopg2:")
    engine = create_engine(url)
    with engine.begin() as other:
        other.execute(text("LOCK TABLE interactions IN EXCLUSIVE MODE"))
        talks.wait_over()
        gevent.sleep(6)  # longer than a statement waits for a lock
        assert "lock" in stage.tandem.readiness()["database"]
    engine.dispose()
    stage.until(lambda i: talking(i) and i.place.since == place.since)
    waits.wait_over()
    stage.until(lambda i: all(each.closed for each in stage.interactions()), 20)
    assert [i.outcome for i in stage.interactions()] == [Outcome.HANDLED] * 2
    assert stage.tandem.readiness()["database"] == "ok"
    nothing_left(stage)


@pytest.mark.external_service
@pytest.mark.parametrize("seconds", [10, pytest.param(60, marks=pytest.mark.slow)])
def test_postgresql_stops_and_starts_again(on_postgres: LiveStage, cluster, seconds: int):
    """Meanwhile one talks and hangs up, one waits on, one gives up, and one comes, whom the fallback
    serves."""
    stage = on_postgres
    employ(stage, busy_phone(stage, 10), range(1001, 1002))
    talks = stage.dial(Caller(stay=3))
    stage.until(talking)
    waits = stage.dial(Caller(stay=seconds + 14))
    place = stage.until(lambda i: i.state is State.QUEUED).place
    gives_up = stage.dial(Caller(stay=2))
    stage.until(lambda i: i.place is not None and i.place.since > place.since)
    try:
        off_hub(cluster.stop)
        comes = stage.dial(Caller(stay=5))
        talks.wait_over()
        gives_up.wait_over()
        gevent.sleep(seconds)
        assert stage.tandem.readiness()["database"] != "ok"
    finally:
        off_hub(cluster.start)
    served = stage.until(lambda i: talking(i) and i.place.since == place.since, 20)
    waits.wait_over(60)
    comes.wait_over(60)
    stage.until(lambda i: all(each.closed for each in stage.interactions()), 30)
    first, second, third, fourth = sorted(stage.interactions(), key=lambda i: i.arrived_at)
    assert [i.outcome for i in (first, second, third, fourth)] == [
        Outcome.HANDLED,
        Outcome.HANDLED,
        Outcome.ABANDONED,
        Outcome.OVERFLOWED,
    ]
    assert second.id == served.id
    # Times are those of what happened, not of when it could be written down.
    assert first.ended_at - first.legs[0].answered_at == pytest.approx(3, abs=1)
    assert third.ended_at - third.arrived_at == pytest.approx(2, abs=1)
    assert len(stage.api("GET", "reports/cdr")) == 4
    assert all(cause for _, cause in legs_of(stage))
    nothing_left(stage)
