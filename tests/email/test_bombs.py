"""Mail made to be expensive costs a bounded amount of work: it is read, or refused with a reason.

Time is CPU time, with room for a slow machine; without its bound each of these takes minutes or all memory.
"""

import base64
import time
from collections.abc import Iterator

import pytest

from controller.domain.model.messages import File, Rich, Text
from tests.email.mails import OURS, mail
from webchat_bridge.email.limits import MB, Limits, MailRefused, Refusal
from webchat_bridge.email.reading import ReadMail, read_mail

CPU_S = 8.0


@pytest.fixture(autouse=True)
def bounded() -> Iterator[None]:
    began = time.process_time()
    yield
    assert time.process_time() - began < CPU_S


def refused(raw: bytes, limits: Limits | None = None) -> Refusal:
    with pytest.raises(MailRefused) as caught:
        read_mail(raw, OURS, limits or Limits())
    return caught.value.code


def codes(read: ReadMail) -> set[str]:
    return {problem.code for problem in read.problems}


def multipart(body: bytes, kind: str = "mixed") -> bytes:
    return mail(body, content_type=f'multipart/{kind}; boundary="b"')


def test_a_mail_over_50_mb_is_refused():
    assert refused(mail(b"x" * 50 * MB)) is Refusal.TOO_LARGE


def test_a_file_over_30_mb_is_left_out_and_the_text_read():
    data = base64.encodebytes(b"\0" * 31 * MB)
    part = (
        b"--b\n\nSee the film\n--b\nContent-Type: video/mp4\nContent-Transfer-Encoding: base64\n\n"
    )
    read = read_mail(multipart(part + data + b"\n--b--\n"), OURS)
    assert read.parts == (Text(text="See the film"),)
    assert codes(read) == {"file_too_large"}
    assert read.attachments == {}


def test_a_file_of_25_mb_comes_through_whole():
    data = base64.encodebytes(b"\x01" * 25 * MB)
    part = b"--b\nContent-Type: video/mp4; name=film.mp4\nContent-Transfer-Encoding: base64\n\n"
    read = read_mail(multipart(part + data + b"\n--b--\n"), OURS)
    (file,) = (part for part in read.parts if isinstance(part, File))
    assert file.size == 25 * MB
    assert len(read.attachments[file.id]) == 25 * MB


def test_ten_thousand_parts_are_refused():
    assert refused(multipart(b"--b\n\nx\n" * 10_000 + b"--b--\n")) is Refusal.TOO_MANY_PARTS


def test_parts_are_counted_over_all_levels():
    inner = b"--b\nContent-Type: multipart/mixed; boundary=c%d\n\n" + b"--c%d\n\nx\n" * 50
    body = b"".join(inner.replace(b"%d", str(n).encode()) for n in range(10))
    assert refused(multipart(body)) is Refusal.TOO_MANY_PARTS


@pytest.mark.parametrize("depth", [30, 20_000])
def test_parts_nested_too_deep_are_refused(depth):
    body = b"".join(
        b"--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n" % (n, n + 1) for n in range(depth)
    )
    raw = mail(body, content_type="multipart/mixed; boundary=b0")
    assert refused(raw) in (Refusal.TOO_DEEP, Refusal.BOUNDARY_BOMB)


def test_one_boundary_for_all_levels_ends():
    body = b"--b\nContent-Type: multipart/mixed; boundary=b\n\n" * 100
    assert read_mail(multipart(body), OURS).parts == ()


def test_countless_lines_like_a_boundary_are_refused():
    assert refused(multipart(b"--b\n\n" + b"--bb\n" * 1_000_000)) is Refusal.BOUNDARY_BOMB


def test_mails_within_mails_are_not_opened():
    body = b"Content-Type: message/rfc822\n\n" * 100_000
    read = read_mail(mail(body, content_type="message/rfc822"), OURS)
    assert [part.media_type for part in read.parts if isinstance(part, File)] == ["message/rfc822"]


def test_five_hundred_recipients_are_kept():
    to = ",\n ".join(f"Guest {n} <guest{n}@example.org>" for n in range(500))
    read = read_mail(mail(to=to), OURS)
    assert len(read.envelope.to) == 500
    assert codes(read) == set()


def test_of_five_thousand_recipients_the_first_five_hundred():
    to = ",\n ".join(f"guest{n}@example.org" for n in range(5000))
    read = read_mail(mail(to=to), OURS)
    assert len(read.envelope.to) == 500
    assert codes(read) == {"recipients_cut"}


def test_a_header_over_half_a_megabyte_is_refused():
    assert refused(mail(b"x", "X-Long: " + "x" * 600_000)) is Refusal.HEADER_TOO_LARGE


@pytest.mark.parametrize(
    "value",
    [
        "(" * 400_000,
        '"' * 399_999,
        "<" * 400_000,
        "a@" * 200_000,
        "=?utf-8?q?" * 40_000,
        "=?utf-8?q?a?= " * 28_000,
        "\\" * 400_000,
        ",;:" * 130_000,
        "; a*0*=''" * 40_000,
        ";a=" + " " * 400_000,
        "<" + "x" * 400_000,
        "<x@" * 130_000,
    ],
    ids=lambda value: value[:10],
)
@pytest.mark.parametrize(
    "field", ["To", "Subject", "References", "Content-Disposition", "Date", "Reply-To"]
)
def test_hostile_header_values_are_read(field, value):
    raw = mail().replace(b"To: support@example.com\n", b"").replace(b"Subject: Question\n", b"")
    read = read_mail(f"{field}: {value}\n".encode() + raw, OURS)
    assert read.envelope.sender == "ann@example.org"


def test_a_hundred_thousand_header_fields_are_cut():
    read = read_mail(mail(b"x", *["A:"] * 100_000), OURS)
    assert "header_cut" in codes(read)


PAGES = {
    "deep": "<div>" * 100_000,
    "unclosed bold": "<b>" * 100_000,
    "unclosed fonts, all different": "".join(f"<font color={n}><p>" for n in range(20_000)),
    "words between rows": "<table>" + "x<b>y</b>" * 40_000,
    "tables in bold": "<b><table>" * 30_000,
    "ampersands": "&" * 900_000,
    "less-thans": "<" * 900_000,
    "misnested": "<b><i><u><s></b></i></u></s>" * 10_000,
    "open quotes": '<a b="' * 150_000,
    "comments": "<!--" * 200_000,
    "scripts": "<script>" * 110_000,
    "ends": "</div>" * 60_000,
    "a huge character": "&#" + "1" * 900_000,
    "attributes": "<a " + " ".join(f"a{n}=1" for n in range(100_000)) + ">",
    "blanks": "<a " + " " * 900_000,
    "quotations": "<blockquote>" * 20_000 + "x<br>" * 30_000,
    "lists": "<ul><li>" * 30_000,
}


@pytest.mark.parametrize("page", PAGES.values(), ids=list(PAGES))
def test_hostile_pages_are_read(page):
    read = read_mail(mail(page.encode(), content_type="text/html"), OURS)
    assert all(len(part.html) < 20 * MB for part in read.parts if isinstance(part, Rich))


@pytest.mark.parametrize(
    "text",
    [
        "On 2024 " * 120_000,
        "On 2 Jan 2024\n" * 70_000,
        ">" * 900_000,
        "> a\nb\n" * 150_000,
        "From: a\nTo: b\n" * 60_000,
        "-" * 900_000,
        "_____\n" * 150_000,
        "于2024" * 100_000,
        "\n" * 900_000,
        "On 2 Jan 2024, a@b wrote:\nx\n> y\n" * 30_000,
    ],
    ids=lambda text: text[:12].replace("\n", " "),
)
@pytest.mark.parametrize("kind", ["text/plain; format=flowed", "text/html"])
def test_hostile_texts_are_read(text, kind):
    read_mail(mail(text.encode(), content_type=kind), OURS)


def test_text_beyond_a_megabyte_is_cut():
    read = read_mail(mail(b"word " * 400_000), OURS)
    (text,) = read.parts
    assert isinstance(text, Text)
    assert len(text.text) <= MB
    assert codes(read) == {"text_cut"}


def test_a_bounce_full_of_addresses():
    body = b" ".join(b"a%d@example.org" % n for n in range(60_000))
    read = read_mail(
        mail(body, sender="MAILER-DAEMON@mx.example.org", subject="failure notice"), OURS
    )
    assert read.bounce_of is not None
    assert len(read.bounce_of.recipients) == 100
