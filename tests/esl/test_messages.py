import dataclasses
import json
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.adapters.esl.frames import Frame
from controller.adapters.esl.messages import CommandReply, JobResult, SwitchEvent
from controller.errors import CommandRefused, ProtocolError

EVENT = b"""{"Event-Name":"CUSTOM","Event-Subclass":"conference::maintenance","Unique-ID":"u-1",
"Event-Sequence":"42","Core-UUID":"c-1","Event-Date-Timestamp":"1700000000250000",
"variable_tandem_queue":"sales","variable_list":["a","b"],"Content-Length":"5","_body":"a\\nb: c"}"""


def test_an_event_tells_its_parts():
    event = SwitchEvent.from_json(EVENT)
    assert (event.name, event.subclass) == ("CUSTOM", "conference::maintenance")
    assert (event.uuid, event.core_uuid, event.sequence) == ("u-1", "c-1", 42)
    assert event.timestamp == 1700000000.25
    assert event.variable("tandem_queue") == "sales"
    assert event.variable("missing", "none") == "none"
    assert event.variable("list") == "a"


def test_a_body_is_a_body_and_never_becomes_headers():
    event = SwitchEvent.from_json(EVENT)
    assert event.body == "a\nb: c"
    assert event.get("b", "none") == "none"


def test_a_variable_with_a_newline_cannot_overwrite_the_event_name():
    event = SwitchEvent.from_json(b'{"Event-Name":"DTMF","variable_x":"a\\nEvent-Name: EVIL"}')
    assert event.name == "DTMF"
    assert event.variable("x") == "a\nEvent-Name: EVIL"


def test_bytes_that_are_not_utf8_are_replaced():
    event = SwitchEvent.from_json(b'{"Event-Name":"DTMF","variable_x":"a\xff\xfeb"}')
    assert event.name == "DTMF"
    assert event.variable("x") == "a\ufffd\ufffdb"


def test_of_duplicate_names_the_first_counts():
    event = SwitchEvent.from_json(b'{"Event-Name":"DTMF","a":"1","a":"2"}')
    assert event.get("a") == "1"


HEADERS = st.dictionaries(
    st.text(alphabet=string.ascii_letters + string.digits + "_-.", min_size=1),
    st.one_of(st.text(), st.lists(st.text(), min_size=1)),
)


@given(HEADERS)
def test_every_header_reads_as_it_was_written_whatever_the_others_say(headers):
    said = {"Event-Name": "DTMF", "variable_x": '","Unique-ID":"evil', **headers}
    event = SwitchEvent.from_json(json.dumps(said, separators=(",", ":")).encode())
    for name, value in said.items():
        assert event.get(name) == (value if isinstance(value, str) else value[0])
    assert event.uuid == said.get("Unique-ID", "")


@pytest.mark.parametrize("body", [b'{"Event-Name":"DTMF","x":[}', b'{"Event-Name":"DTMF","x":}'])
def test_a_value_that_is_none_is_refused_when_it_is_asked_for(body):
    event = SwitchEvent.from_json(body)
    assert event.name == "DTMF"
    with pytest.raises(ProtocolError):
        event.get("x")


def test_an_event_written_with_spaces_is_read_too():
    event = SwitchEvent.from_json(b'{ "Event-Name": "DTMF", "Unique-ID": "u-1" }')
    assert (event.name, event.uuid) == ("DTMF", "u-1")


def test_missing_and_odd_numbers_read_as_zero():
    event = SwitchEvent.from_json(b'{"Event-Sequence":"-3","Event-Date-Timestamp":"soon"}')
    assert (event.sequence, event.timestamp, event.name, event.body) == (0, 0.0, "", "")


def test_values_that_are_not_text_read_as_text():
    event = SwitchEvent.from_json(b'{"a":null,"b":7,"c":[]}')
    assert (event.get("a", "d"), event.get("b"), event.get("c", "d")) == ("d", "7", "d")


@pytest.mark.parametrize("body", [b"", b"[]", b'"x"', b"{", b'{"a":\xff}'])
def test_what_is_not_a_json_object_is_refused(body):
    with pytest.raises(ProtocolError):
        SwitchEvent.from_json(body)


def test_an_event_is_frozen_and_its_repr_shows_no_personal_header():
    event = SwitchEvent.from_json(b'{"Event-Name":"DTMF","Caller-Caller-ID-Name":"Ada"}')
    with pytest.raises(dataclasses.FrozenInstanceError):
        event.raw = b""
    assert "Ada" not in repr(event)


def test_a_reply_is_its_text_or_the_body_of_an_api_response():
    reply = CommandReply.from_frame(Frame("command/reply", {"Reply-Text": "+OK accepted"}, b""))
    output = CommandReply.from_frame(Frame("api/response", {}, "true é".encode() + b"\xff"))
    assert reply.require("auth") == "+OK accepted"
    assert output.require("api x") == "true é\ufffd"


@pytest.mark.parametrize("text", ["-ERR no such channel\n", "-USAGE: <uuid>\n"])
def test_a_refusal_is_raised_with_its_text(text):
    with pytest.raises(CommandRefused) as caught:
        CommandReply(text=text, headers={}).require("api uuid_kill")
    assert caught.value.reply == text.strip()
    assert "api uuid_kill" in str(caught.value)


def test_a_job_result_comes_from_its_event():
    event = SwitchEvent.from_json(
        b'{"Event-Name":"BACKGROUND_JOB","Job-UUID":"j","Job-Command":"originate",'
        b'"_body":"-ERR USER_BUSY\\n"}'
    )
    result = JobResult.from_event(event)
    assert (result.job_uuid, result.command) == ("j", "originate")
    with pytest.raises(CommandRefused, match="USER_BUSY"):
        result.require()
