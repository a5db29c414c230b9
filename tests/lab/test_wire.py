import itertools

from hypothesis import given
from hypothesis import strategies as st

from controller.lab.wire import Request, RequestReader, api_response, reply

STREAM = b"auth x\n\nsendmsg u\ncall-command: execute\ncontent-length: 3\n\na\n\n\n\nexit\n\n"


@given(st.lists(st.integers(0, len(STREAM)), max_size=8))
def test_requests_survive_any_split(cuts: list[int]):
    reader = RequestReader()
    edges = [0, *sorted(cuts), len(STREAM)]
    found: list[Request] = []
    for start, end in itertools.pairwise(edges):
        found += reader.feed(STREAM[start:end])
    assert [request.line for request in found] == ["auth x", "sendmsg u", "exit"]
    assert found[1].body == "a\n\n"
    assert found[1].headers["call-command"] == "execute"


def test_a_reply_may_carry_headers():
    assert reply("+OK", {"Job-UUID": "1"}) == (
        b"Content-Type: command/reply\nReply-Text: +OK\nJob-UUID: 1\n\n"
    )


def test_lengths_count_bytes():
    assert api_response("é").startswith(b"Content-Type: api/response\nContent-Length: 2\n\n")
