"""Whatever the bytes: a mail is read or refused, in bounded work, and what comes out keeps its promises."""

import pickle
import time
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from controller.domain.model.messages import File, Rich, Text
from tests.email.mails import OURS
from webchat_bridge.email.addresses import normal
from webchat_bridge.email.limits import Limits, MailRefused, Problems
from webchat_bridge.email.markup import Tag, tokens
from webchat_bridge.email.reading import ReadMail, read_mail
from webchat_bridge.email.rich import clean

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.eml"))
MAILS = [path.read_bytes() for path in CORPUS]
#: Bytes that mean something somewhere.
PIECES = [
    b"\n",
    b"\r",
    b"\r\n\r\n",
    b"\0",
    b"\xff",
    b"\x1b$B",
    b"--b1",
    b"--b1--",
    b"=?utf-8?B?",
    b"?=",
    b"<",
    b">",
    b"</\xc3\xa9>",
    b"<!--",
    b"&#",
    b'"',
    b"(",
    b";",
    b"=",
    b": ",
    b"Content-Type: multipart/mixed; boundary=b1\n",
    b"Content-Transfer-Encoding: base64\n",
    b"charset=utf-16",
    b"From: x\n",
    b"> ",
    b"<table>",
]
CHANGE = st.tuples(
    st.integers(0, 1 << 16), st.integers(0, 40), st.sampled_from(PIECES) | st.binary(max_size=20)
)
OFTEN = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))


def keeps_its_promises(mail: ReadMail) -> None:
    assert normal(mail.envelope.sender) == mail.envelope.sender
    assert (
        mail.envelope.reply_to is None or normal(mail.envelope.reply_to) == mail.envelope.reply_to
    )
    assert "\n" not in mail.envelope.subject + mail.name
    assert pickle.loads(pickle.dumps(mail)) == mail
    for part in mail.parts:
        if isinstance(part, File):
            assert len(mail.attachments[part.id]) == part.size
            assert part.name
            assert "/" not in part.name
        if isinstance(part, Text | Rich):
            assert "\0" not in part.text
            assert "\r" not in part.text
            part.text.encode()
        if isinstance(part, Rich):
            is_harmless(part.html)
            assert part.quoted_from is None or 0 < part.quoted_from < len(part.text)


def is_harmless(page: str) -> None:
    for token in tokens(page):
        if isinstance(token, Tag):
            assert token.name not in (
                "script",
                "style",
                "iframe",
                "svg",
                "form",
                "base",
                "meta",
                "object",
            )
            assert not any(name.startswith("on") for name in token.attributes)
            assert token.attributes.get("src", "cid:").startswith("cid:")
            link = token.attributes.get("href", "tel:").lower()
            assert link.startswith(("http://", "https://", "mailto:", "tel:"))
            assert "url(" not in token.attributes.get("style", "").lower()


def read_or_refused(raw: bytes) -> None:
    began = time.process_time()
    try:
        mail = read_mail(raw, OURS)
    except MailRefused as refused:
        assert refused.detail
        assert pickle.loads(pickle.dumps(refused)).code == refused.code
    else:
        keeps_its_promises(mail)
    assert time.process_time() - began < 2.0


@OFTEN
@given(st.sampled_from(MAILS), st.lists(CHANGE, min_size=1, max_size=8))
def test_a_mail_of_the_corpus_changed_anywhere(raw, changes):
    for at, removed, put in changes:
        at %= len(raw) + 1
        raw = raw[:at] + put + raw[at + removed :]
    read_or_refused(raw)


@OFTEN
@given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=30), max_size=60))
def test_any_bytes_at_all(pieces):
    read_or_refused(b"".join(pieces))


@OFTEN
@given(st.lists(st.sampled_from(MAILS), min_size=2, max_size=4), st.integers(0, 400))
def test_mails_run_into_each_other(mails, at):
    read_or_refused(b"".join(mail[at:] if number else mail for number, mail in enumerate(mails)))


TAGS = [
    "b",
    "a",
    "p",
    "table",
    "td",
    "tr",
    "li",
    "svg",
    "math",
    "style",
    "title",
    "img",
    "pre",
    "script",
]
MARKUP = st.lists(
    st.sampled_from([f"<{tag}>" for tag in TAGS])
    | st.sampled_from([f"</{tag}>" for tag in TAGS])
    | st.sampled_from(
        [
            "<img src='http://t.example/' onerror=x>",
            "<a href=java&#9;script:x>",
            "<a title='><img src=x onerror=x>'>",
            "<p style='background:u\\rl(x)'>",
            "<img alt='<img src=' title=' src=http://t.example/ '>",
            "<!-->",
            "]]>",
            "<![CDATA[",
            "&lt;script&gt;",
        ]
    )
    | st.text(max_size=10),
    max_size=40,
).map("".join)


@OFTEN
@given(MARKUP)
def test_any_page_comes_out_harmless(page):
    is_harmless(clean(page, {}, Limits(), Problems()).html)
