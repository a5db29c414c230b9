"""Everybody at once: the API from many sides, callers who go at any moment, strangers' text."""

from collections import Counter
from contextlib import suppress
from pathlib import Path

import gevent
import pytest

from controller.domain import commands as c
from controller.domain.events import RecordingFailed
from controller.domain.words import Outcome, State
from controller.errors import IllegalCommand, TandemError
from tests.hostile.centre import Centre, talking


def at_once(centre: Centre, *commands: c.Command) -> Counter[str]:
    """Send all in one moment; what became of them, counted."""

    def send(command: c.Command) -> str:
        try:
            centre.tandem.engine.handle(command)
        except TandemError as error:
            assert isinstance(error, IllegalCommand), error
            return "refused"
        return "done"

    return Counter(greenlet.get() for greenlet in [gevent.spawn(send, each) for each in commands])


def test_accept_and_decline_at_once_one_of_them_counts(centre: Centre):
    centre.agent(ignore=True)
    call = centre.dial()
    i = centre.until(lambda i: i.state is State.OFFERED)
    offer = {"interaction_id": i.id, "offer_id": i.offer.id}
    results = at_once(
        centre,
        c.AcceptOffer(**offer),
        c.DeclineOffer(**offer, reason="busy"),
        c.AcceptOffer(**offer),
        c.DeclineOffer(**offer, reason="busy"),
        c.ExpireOffer(**offer),
    )
    assert results == {"done": 2, "refused": 3}
    assert centre.names(i.id).count("OfferDeclined") == 1
    call.hang_up()
    centre.until_quiet()


def test_hanging_up_twice_ends_it_once(centre: Centre):
    centre.agent(answer_after=0.1)
    centre.dial()
    i = centre.until(talking)
    hang_up = c.HangUp(interaction_id=i.id, segment_id=i.segments[0].id)
    assert at_once(centre, *[hang_up] * 5) == {"done": 1, "refused": 4}
    (done,) = centre.until_quiet()
    assert Counter(centre.names(done.id))["Ended"] == 1


def test_a_storm_of_holds_and_resumes_ends_in_a_talk(centre: Centre):
    centre.agent(answer_after=0.1)
    call = centre.dial()
    i = centre.until(talking)
    segment = {"interaction_id": i.id, "segment_id": i.segments[0].id}
    at_once(centre, *[kind(**segment) for _ in range(10) for kind in (c.Hold, c.Resume)])
    centre.tandem.engine.handle(c.Resume(**segment))
    with gevent.Timeout(10, False):
        while len(centre.tandem.switch.medium.series):
            gevent.sleep(0.05)  # the switch works the storm off
    call.wait_for("bridged")
    assert centre.until(talking).segments[0].held_since is None
    call.hang_up()
    (done,) = centre.until_quiet()
    assert done.outcome is Outcome.HANDLED and done.segments[0].holds >= 1


@pytest.mark.parametrize("moment", ["answered", "parked", "prompt", "bridged"])
def test_a_caller_who_goes_at_any_moment_leaves_nothing(centre: Centre, moment):
    centre.agent(answer_after=0.05)
    calls = [centre.dial("5000" if n % 2 else "5001") for n in range(11)]

    def go(call, after: float) -> None:
        with suppress(TimeoutError):  # who never comes that far goes then
            call.wait_for(moment, 1.5)
        gevent.sleep(after)
        call.hang_up()

    gevent.joinall([gevent.spawn(go, call, n / 100) for n, call in enumerate(calls)])
    done = centre.until_quiet(15)
    assert len(done) == 11 and all(i.outcome is not Outcome.FAILED for i in done)


@pytest.mark.parametrize(
    "name",
    [
        "Ann%0AEvent-Name: CHANNEL_HANGUP",
        "Ann\r\n\r\napi status\n\n",
        "${system(touch /tmp/tandem-was-here)}",
        "a,b=c}{x",
        "\ufffd\x00\x1b[2J",
        "x" * 4096,
        "reload mod_event_socket",
    ],
)
def test_a_hostile_name_is_only_a_name(centre: Centre, name):
    centre.agent(answer_after=0.1)
    call = centre.dial(name=name)
    i = centre.until(talking)
    assert i.name.isprintable() and len(i.name) <= 128
    assert not [line for line in centre.lab.commands_received() if line.startswith("api status")]
    call.hang_up()
    (done,) = centre.until_quiet()
    assert done.outcome is Outcome.HANDLED and not Path("/tmp/tandem-was-here").exists()


@pytest.mark.parametrize("did", ["", "5999", "../../etc", "'; drop", "9" * 4096, "%00"])
def test_an_unknown_number_gets_the_courteous_flow(centre: Centre, did):
    call = centre.dial(did)
    i = centre.until(lambda i: i.flow is not None)
    assert i.flow.flow == "unknown_number"
    call.hang_up()
    centre.until_quiet()


def test_no_room_for_recordings_and_the_call_goes_on(tmp_path, lab):
    centre = Centre(tmp_path, lab, min_free_mb=10**12).run()
    try:
        centre.furnish()
        centre.agent(answer_after=0.1)
        call = centre.dial()
        i = centre.until(lambda i: bool(i.recordings))
        assert i.state is State.CONNECTED and call.leg.bridge is not None
        assert "free" in i.recordings[0].error or "space" in i.recordings[0].error
        assert centre.tandem.readiness()["recordings"] != "ok"
        call.hang_up()
        (done,) = centre.until_quiet()
        assert RecordingFailed.__name__ in centre.names(done.id)
    finally:
        centre.tandem.stop(drain_s=0)
