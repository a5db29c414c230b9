import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.adapters.esl.frames import MAX_BODY_BYTES, MAX_HEADER_BYTES, FrameReader
from controller.errors import ProtocolError

HEADER_TEXT = st.text(st.characters(exclude_characters="\n\r", codec="utf-8"), max_size=20)


@st.composite
def streams(draw):
    """Bytes of some frames, and the frames they are."""
    wire, frames = b"", []
    for _ in range(draw(st.integers(0, 5))):
        kind = draw(st.sampled_from(["auth/request", "command/reply", "text/event-json"]))
        value = draw(HEADER_TEXT).lstrip(" ")
        body = draw(st.binary(max_size=60))
        wire += f"Content-Type: {kind}\nReply-Text: {value}\n".encode()
        wire += f"Content-Length: {len(body)}\n\n".encode() + body
        wire += b"\n" * draw(st.integers(0, 2))
        frames.append((kind, value, body))
    return wire, frames


def read(*pieces):
    reader = FrameReader()
    return [frame for piece in pieces for frame in reader.feed(piece)]


@given(streams(), st.data())
def test_any_split_of_the_input_gives_the_same_frames(stream, data):
    wire, frames = stream
    cuts = sorted(data.draw(st.lists(st.integers(0, len(wire)), max_size=8)))
    pieces = [wire[a:b] for a, b in zip([0, *cuts], [*cuts, len(wire)], strict=True)]
    got = [(f.content_type, f.headers["Reply-Text"], f.body) for f in read(*pieces)]
    assert got == frames


@given(st.binary(max_size=300))
def test_arbitrary_bytes_give_frames_or_a_protocol_error_however_they_are_split(wire):
    def outcome(pieces):
        reader, frames = FrameReader(), []
        try:
            for piece in pieces:
                frames.extend(reader.feed(piece))
        except ProtocolError:
            return frames, "broken"
        return frames, reader.between_frames

    assert outcome([wire]) == outcome([bytes([byte]) for byte in wire])


def test_a_frame_waits_for_its_whole_body():
    reader = FrameReader()
    assert list(reader.feed(b"Content-Type: api/response\nContent-Length: 5\n\nhel")) == []
    assert not reader.between_frames
    (frame,) = reader.feed(b"lo")
    assert frame.body == b"hello"
    assert reader.between_frames


def test_an_encoded_newline_stays_inside_its_header():
    (frame,) = read(b"Content-Type: command/reply\nReply-Text: +OK%0AContent-Type: evil\n\n")
    assert frame.content_type == "command/reply"
    assert frame.headers["Reply-Text"] == "+OK%0AContent-Type: evil"


def test_bytes_that_are_not_utf8_are_replaced_not_fatal():
    (frame,) = read(b"Content-Type: command/reply\nReply-Text: +OK \xff\n\n")
    assert frame.headers["Reply-Text"] == "+OK \ufffd"


def test_a_raw_newline_in_a_reply_is_kept_in_the_value():
    (frame,) = read(b"Content-Type: command/reply\nReply-Text: +OK a\nb\n\n")
    assert frame.headers["Reply-Text"] == "+OK a\nb"


@pytest.mark.parametrize(
    "wire",
    [
        b"Content-Length: 2\n\nab",
        b"no name in this line\n\n",
        b"Content-Type: x\nContent-Length: -1\n\n",
        b"Content-Type: x\nContent-Length: many\n\n",
        b"Content-Type: x\nContent-Length: %d\n\n" % (MAX_BODY_BYTES + 1),
        b"Content-Type: " + b"x" * MAX_HEADER_BYTES,
    ],
)
def test_what_cannot_be_a_frame_is_refused(wire):
    with pytest.raises(ProtocolError):
        read(wire)


def test_frames_before_a_broken_one_are_not_lost():
    reader, frames = FrameReader(), []
    with pytest.raises(ProtocolError):
        frames.extend(iter_into(frames, reader.feed(b"Content-Type: a\n\nbroken\n\n")))
    assert [frame.content_type for frame in frames] == ["a"]


def iter_into(target, frames):
    for frame in frames:
        target.append(frame)
    return ()


def test_a_body_of_the_largest_size_arrives_in_pieces():
    head = b"Content-Type: x\nContent-Length: %d\n\n" % MAX_BODY_BYTES
    pieces = [head, *[b"y" * 65536] * (MAX_BODY_BYTES // 65536)]
    (frame,) = read(*pieces)
    assert len(frame.body) == MAX_BODY_BYTES
