import gevent
import pytest
from gevent import Timeout, socket
from gevent.queue import Queue

from controller.adapters.esl.commands import Command, execute
from controller.adapters.esl.connection import EslConnection
from controller.errors import (
    AccessRefused,
    CommandTimeout,
    LinkLost,
    ProtocolError,
    UnsafeCommand,
    WrongPassword,
)
from controller.greenlets import spawn
from tests.esl.peer import Peer


def connection_to(peer, host="127.0.0.1", **options):
    return EslConnection(host, peer.port, "secret", **({"timeout": 2.0} | options))


@pytest.fixture
def joined(peer):
    """A connected pair: (our connection, the peer's end, events, the reasons of closing)."""
    events, reasons = Queue(), []
    connection = connection_to(peer, on_event=events.put, on_closed=reasons.append)
    opening = spawn("opening", connection.connect)
    other = peer.accept().greet()
    opening.get(timeout=5)
    yield connection, other, events, reasons
    connection.stop()


def outcome_of(fn, *args, **kwargs):
    """A greenlet whose value is what `fn` returned or raised."""

    def run():
        try:
            return fn(*args, **kwargs)
        except Exception as error:
            return error

    return gevent.spawn(run)


def test_replies_are_matched_in_order(joined):
    connection, other, _, _ = joined
    first = outcome_of(connection.send, "api first")
    second = outcome_of(connection.send, "api second")
    assert other.hear() == ["api first"]
    assert other.hear() == ["api second"]
    other.output("one")
    other.output("-ERR two\n")
    assert first.get(timeout=5).text == "one"
    assert second.get(timeout=5).refused


def test_a_wrong_password_says_where_to_look(peer):
    connection = connection_to(peer)
    opening = outcome_of(connection.connect)
    other = peer.accept()
    other.frame("auth/request")
    other.hear()
    other.reply("-ERR invalid")
    error = opening.get(timeout=5)
    assert isinstance(error, WrongPassword)
    assert isinstance(connection.failure, WrongPassword)
    assert "event_socket.conf.xml" in str(error)
    assert "secret" not in str(error)


def test_a_refused_address_is_told_apart_from_a_wrong_password(peer):
    opening = outcome_of(connection_to(peer).connect)
    peer.accept().frame("text/rude-rejection", b"Access Denied, go away.\n")
    error = opening.get(timeout=5)
    assert isinstance(error, AccessRefused)
    assert "apply-inbound-acl" in str(error)


def test_a_peer_that_never_greets_is_given_up(peer):
    with pytest.raises(LinkLost, match="greeting"):
        connection_to(peer, timeout=0.1).connect()


def test_a_peer_that_closes_before_greeting_is_given_up(peer):
    opening = outcome_of(connection_to(peer).connect)
    peer.accept().close()
    assert isinstance(opening.get(timeout=5), LinkLost)


def test_nobody_listening_says_what_to_check(peer):
    peer.close()
    with pytest.raises(LinkLost, match="and does event_socket"):
        connection_to(peer).connect()


def test_ipv6():
    try:
        peer = Peer(("::1", 0), socket.AF_INET6)
    except OSError as error:
        pytest.skip(f"no IPv6 on this machine: {error}")
    connection = connection_to(peer, host="::1")
    opening = spawn("opening", connection.connect)
    peer.accept().greet()
    opening.get(timeout=5)
    assert connection.connected
    connection.stop()
    peer.close()


def test_the_socket_is_kept_alive_and_does_not_delay(joined):
    sock = joined[0].sock
    assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_command_without_answer_times_out_and_drops_the_connection(joined):
    connection, other, _, reasons = joined
    waiting = outcome_of(connection.send, "api later", timeout=5)
    error = outcome_of(connection.send, "api slow", timeout=0.05).get(timeout=5)
    assert isinstance(error, CommandTimeout)
    assert "api slow" in str(error)
    assert isinstance(waiting.get(timeout=5), CommandTimeout)
    assert reasons == [error]
    assert not connection.connected
    other.hear()
    other.hear()
    assert other.hear() == []  # EOF


def test_eof_fails_every_pending_command(joined):
    connection, other, _, reasons = joined
    pending = [outcome_of(connection.send, f"api {n}") for n in range(3)]
    other.hear()
    other.close()
    gevent.joinall(pending, timeout=5)
    assert [type(each.value) for each in pending] == [LinkLost] * 3
    assert len(reasons) == 1
    with pytest.raises(LinkLost):
        connection.send("api more")


def test_eof_inside_a_body_ends_the_connection_and_not_the_process(joined):
    connection, other, events, _ = joined
    other.event("HEARTBEAT")
    other.say("Content-Type: text/event-json\nContent-Length: 100\n\n{")
    other.close()
    assert connection.closed.wait(5)
    assert "middle of a message" in str(connection.failure)
    assert events.get(timeout=5).name == "HEARTBEAT"


def test_events_before_an_eof_are_all_delivered(joined):
    connection, other, events, _ = joined
    for number in range(5):
        other.event("DTMF", number=str(number))
    other.close()
    assert connection.closed.wait(5)
    assert [events.get(timeout=5).get("number") for _ in range(5)] == list("01234")


def test_the_disconnect_notice_is_read_and_becomes_the_reason(joined):
    connection, other, _, _ = joined
    other.frame("text/disconnect-notice", b"The system is being shut down.\n")
    assert connection.closed.wait(5)
    assert "The system is being shut down." in str(connection.failure)


def test_a_lingering_notice_does_not_end_the_connection(joined):
    connection, other, events, _ = joined
    other.frame("text/disconnect-notice", headers="Content-Disposition: linger\n")
    other.event("HEARTBEAT")
    assert events.get(timeout=5).name == "HEARTBEAT"
    assert connection.connected


def test_bad_bytes_leave_the_reader_alive(joined):
    connection, other, events, _ = joined
    other.frame("text/event-json", b'{"Event-Name":"DTMF","x":"\xff"}')
    other.frame("text/event-json", b"not json \xff")
    other.event("HEARTBEAT")
    assert events.get(timeout=5).get("x") == "\ufffd"
    assert events.get(timeout=5).name == "HEARTBEAT"
    assert connection.unreadable_events == 1


def test_an_exception_in_on_event_leaves_the_reader_alive(peer):
    seen = Queue()

    class Handler:  # a callable without __name__
        def __call__(self, event):
            seen.put(event.name)
            raise RuntimeError("from on_event")

    connection = connection_to(peer, on_event=Handler())
    opening = spawn("opening", connection.connect)
    other = peer.accept().greet()
    opening.get(timeout=5)
    other.event("DTMF")
    other.event("HEARTBEAT")
    assert [seen.get(timeout=5), seen.get(timeout=5)] == ["DTMF", "HEARTBEAT"]
    connection.stop()


def test_a_background_job_body_is_not_merged_into_headers(joined):
    _, other, events, _ = joined
    other.event("BACKGROUND_JOB", _body="+OK\nEvent-Name: EVIL\n")
    event = events.get(timeout=5)
    assert (event.name, event.body) == ("BACKGROUND_JOB", "+OK\nEvent-Name: EVIL\n")


@pytest.mark.parametrize("kind", ["text/event-plain", "text/event-xml"])
def test_an_event_in_a_form_that_can_be_forged_ends_the_connection(joined, kind):
    connection, other, _, _ = joined
    other.frame(kind, b"Event-Name: X\n\n")
    assert connection.closed.wait(5)
    assert isinstance(connection.failure, ProtocolError)


def test_a_reply_to_nothing_ends_the_connection(joined):
    connection, other, _, _ = joined
    other.reply("+OK")
    assert connection.closed.wait(5)
    assert isinstance(connection.failure, ProtocolError)


@pytest.mark.parametrize("text", ["api a\n\napi b", "api a\r", "api\0"])
def test_a_line_break_never_reaches_the_wire(joined, text):
    connection, other, _, _ = joined
    with pytest.raises(UnsafeCommand):
        connection.send(text)
    last = outcome_of(connection.send, "api last")
    assert other.hear() == ["api last"]
    other.output("ok")
    assert last.get(timeout=5).text == "ok"


def test_commands_of_many_greenlets_never_mix(joined):
    connection, other, _, _ = joined
    body = "x" * 300_000  # more than a socket buffer: sendall has to wait in the middle
    sends = [
        outcome_of(connection.send, execute("u", "set", f"{n}={body}", event_uuid=f"e{n}"))
        for n in range(4)
    ]
    for number in range(4):
        heard = other.hear()
        assert f"Event-UUID: e{number}" in heard
        assert heard[-1] == f"{number}={body}"
        other.reply(f"+OK {number}")
    gevent.joinall(sends, timeout=5)
    assert [send.value.text for send in sends] == [f"+OK {number}" for number in range(4)]


def test_a_peer_that_reads_nothing_cannot_block_a_sender_for_ever(joined):
    connection, _, _, _ = joined
    huge = execute("u", "set", "x" * 8_000_000, event_uuid="e")
    with Timeout(5), pytest.raises(CommandTimeout):
        connection.send(huge, timeout=0.2)


def test_stop_from_inside_on_event_does_not_deadlock(peer):
    connection = connection_to(peer, on_event=lambda event: connection.stop())
    opening = spawn("opening", connection.connect)
    other = peer.accept().greet()
    opening.get(timeout=5)
    other.event("HEARTBEAT")
    assert connection.closed.wait(5)
    with Timeout(10):
        connection.stop()


def test_a_flood_of_events_lets_other_greenlets_run(joined):
    _, other, events, _ = joined
    flood = spawn("flood", lambda: [other.event("DTMF", x="y" * 1000) for _ in range(2000)])
    taken = [events.get(timeout=5) for _ in range(2000)]
    flood.get(timeout=5)
    assert len(taken) == 2000


def test_what_greenswitch_would_do_in_its_dispatcher_is_refused():
    connection = EslConnection("127.0.0.1", 1, "secret")
    for forbidden in (
        connection.start_event_handlers,
        connection.process_events,
        lambda: connection.register_handle("*", print),
        lambda: connection.send(Command(line="api status")),
    ):
        with pytest.raises((UnsafeCommand, LinkLost)):
            forbidden()
