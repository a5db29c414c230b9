import email
import email.policy
import hashlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from controller.domain.model.messages import (
    Envelope,
    File,
    Location,
    Option,
    QuickReplies,
    Rich,
    Text,
)
from controller.errors import Invalid
from tests.email.mails import OURS
from webchat_bridge.email import marks
from webchat_bridge.email.automatic import Automatic
from webchat_bridge.email.reading import read_mail
from webchat_bridge.email.writing import Outgoing, Written, write_mail

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
PDF = b"%PDF-1.4"
PICTURE = File(
    id=hashlib.sha256(PNG).hexdigest(), name="图.png", media_type="image/png", size=28, inline=True
)
LETTER = File(
    id=hashlib.sha256(PDF).hexdigest(), name="发票.pdf", media_type="application/pdf", size=8
)
BYTES = {PICTURE.id: PNG, LETTER.id: PDF}
ASKED = Envelope(
    subject="回复：Re: Where is it?",
    sender="ann@example.org",
    message_id="<2@example.org>",
    references=("<1@example.org>",),
)
REPLY = Outgoing(
    message="msg-1",
    thread="thread-7",
    sender="support@example.com",
    sender_name="客服",
    to=("ann@example.org",),
    subject=ASKED.subject,
    date=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    parts=(Text(text="On its way."),),
    answers=ASKED,
)


def parsed(written: Written) -> email.message.EmailMessage:
    return email.message_from_bytes(written.data, policy=email.policy.default)


def test_a_retry_is_the_same_mail():
    mail = replace(REPLY, parts=(Rich(html="<p>x</p>", text="x"), LETTER))
    assert write_mail(mail, BYTES, OURS) == write_mail(mail, BYTES, OURS)


def test_an_answer_names_what_it_answers():
    read = parsed(write_mail(REPLY, {}, OURS))
    assert read["Message-ID"] == marks.message_id_of("msg-1", OURS)
    assert read["In-Reply-To"] == "<2@example.org>"
    assert read["References"] == "<1@example.org> <2@example.org>"
    assert read["Subject"] == f"Re: Where is it? {marks.token_of('thread-7', OURS)}"
    assert read["Auto-Submitted"] is None


def test_the_token_stands_once_however_often_it_went_back_and_forth():
    subject = ASKED.subject
    for _ in range(3):
        subject = parsed(write_mail(replace(REPLY, subject=subject), {}, OURS))["Subject"]
    assert subject == f"Re: Where is it? {marks.token_of('thread-7', OURS)}"


def test_a_new_mail_has_no_re_and_no_references():
    read = parsed(write_mail(replace(REPLY, answers=None, subject="Your order"), {}, OURS))
    assert read["Subject"] == f"Your order {marks.token_of('thread-7', OURS)}"
    assert read["In-Reply-To"] is None
    assert read["References"] is None


def test_many_long_references_are_capped_and_stay_ids():
    many = tuple(f"<{n}.{'x' * 120}@example.org>" for n in range(60))
    read = parsed(write_mail(replace(REPLY, answers=replace(ASKED, references=many)), {}, OURS))
    ids = read["References"].split()
    assert len(ids) == 20
    assert ids[0] == many[0]
    assert ids[-2:] == [many[-1], "<2@example.org>"]


def test_an_automatic_answer_says_so():
    read = parsed(write_mail(replace(REPLY, automatic=True), {}, OURS))
    assert read["Auto-Submitted"] == "auto-replied"
    new = parsed(write_mail(replace(REPLY, automatic=True, answers=None), {}, OURS))
    assert new["Auto-Submitted"] == "auto-generated"


def test_text_page_picture_and_file_come_back_as_they_went():
    page = Rich(html=f'<p>您好 <img src="cid:{PICTURE.id}"></p>', text="您好")
    written = write_mail(replace(REPLY, parts=(page, PICTURE, LETTER)), BYTES, OURS)
    kinds = [part.get_content_type() for part in parsed(written).walk()]
    assert kinds == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "application/pdf",
    ]
    read = read_mail(written.data, OURS)
    assert read.problems == ()
    assert read.automatic is Automatic.LOOP
    rich, picture, letter = read.parts
    assert isinstance(rich, Rich)
    assert f'<img src="cid:{PICTURE.id}">' in rich.html
    assert picture == PICTURE
    assert letter == LETTER
    assert read.attachments == BYTES


def test_what_mail_has_no_form_for_is_written_in_words():
    parts = (
        QuickReplies(
            text="Which?", options=(Option(id="1", title="Red"), Option(id="2", title="Blue"))
        ),
        Location(latitude=1.5, longitude=2.5, name="Shop"),
    )
    read = read_mail(write_mail(replace(REPLY, parts=parts), {}, OURS).data, OURS)
    assert read.parts == (Text(text="Which?\n- Red\n- Blue\n\nShop geo:1.5,2.5"),)


def test_addresses_of_other_scripts():
    written = write_mail(replace(REPLY, to=("Ann@例子.example",), cc=("b@example.org",)), {}, OURS)
    assert written.recipients == ("ann@xn--fsqu00a.example", "b@example.org")
    assert not written.smtputf8
    written.data.decode("ascii")
    utf8 = write_mail(replace(REPLY, to=("用户@例子.example",)), {}, OURS)
    assert utf8.smtputf8
    assert read_mail(utf8.data, OURS).envelope.to == ("用户@xn--fsqu00a.example",)


@pytest.mark.parametrize(
    "mail",
    [
        replace(REPLY, to=()),
        replace(REPLY, to=("ann",)),
        replace(REPLY, to=("ann@example.org\r\nBcc: eve@example.net",)),
        replace(REPLY, to=("ann@example.org, eve@example.net",)),
        replace(REPLY, sender="support@"),
        replace(REPLY, message="x>\r\nBcc: eve@example.net"),
        replace(REPLY, to=tuple(f"a{n}@example.org" for n in range(101))),
        replace(REPLY, parts=(replace(LETTER, id="0" * 64),)),
    ],
)
def test_what_cannot_be_sent_is_said(mail):
    with pytest.raises(Invalid):
        write_mail(mail, BYTES, OURS)


HOSTILE = st.text(
    st.characters() | st.sampled_from('\r\n\0\x0b\x85\u2028",<>@:;\\=?'), max_size=80
) | st.sampled_from(
    ["x\r\nBcc: eve@example.net", "x\nContent-Type: text/html\n\n<script>", "=?utf-8?q?=0ABcc:_x?="]
)
FIELDS = {
    *("from", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references"),
    *("mime-version", "content-type", "content-transfer-encoding"),
}


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
def test_nothing_put_into_a_field_makes_another(name, subject, file_name, reference):
    asked = replace(ASKED, message_id=f"<{reference}@example.org>", references=(reference,))
    mail = replace(
        REPLY,
        sender_name=name,
        subject=subject,
        answers=asked,
        parts=(replace(LETTER, name=file_name),),
    )
    written = write_mail(mail, BYTES, OURS)
    head = written.data.partition(b"\r\n\r\n")[0]
    lines = head.decode("ascii").split("\r\n")
    assert not any("\r" in line or "\n" in line for line in lines)
    assert {line.partition(":")[0].lower() for line in lines if line[0] not in " \t"} <= FIELDS
    read = read_mail(written.data, OURS)
    assert read.envelope.to == ("ann@example.org",)
    assert read.token == marks.token_of("thread-7", OURS)
    assert len(read.attachments) == 1
