from controller.domain.model.messages import Envelope
from tests.email.mails import OURS, mail
from webchat_bridge.email import marks
from webchat_bridge.email.reading import read_mail
from webchat_bridge.email.threads import By, Candidate, Standing, candidates, joining

TOKEN = marks.token_of("thread-7", OURS)
OTHER = marks.Ours(key=b"the key of another house", domain=OURS.domain, addresses=OURS.addresses)


def test_in_reply_to_then_references_newest_first_then_the_token():
    raw = mail(
        b"x",
        "References: <1@x.example> <2@x.example> <3@x.example>",
        "In-Reply-To: <2@x.example>",
        subject=f"Re: Question {TOKEN}",
    )
    assert candidates(read_mail(raw, OURS)) == (
        Candidate(by=By.IN_REPLY_TO, value="<2@x.example>"),
        Candidate(by=By.REFERENCES, value="<3@x.example>"),
        Candidate(by=By.REFERENCES, value="<1@x.example>"),
        Candidate(by=By.TOKEN, value=TOKEN),
    )


def test_a_new_mail_names_nothing():
    assert candidates(read_mail(mail(), OURS)) == ()


def test_a_token_is_ours_only_with_our_key():
    assert marks.token_in(f"Re: {TOKEN.lower()}", OURS) == TOKEN
    assert marks.token_in(f"Re: {TOKEN}", OTHER) is None
    changed = TOKEN[:4] + ("B" if TOKEN[4] == "A" else "A") + TOKEN[5:]
    assert marks.token_in(changed, OURS) is None


def test_a_message_id_is_ours_only_with_our_key_and_domain():
    message_id = marks.message_id_of("msg-1", OURS)
    assert marks.message_in(message_id, OURS) == "msg-1"
    assert marks.message_in(message_id, OTHER) is None
    assert marks.message_in(message_id.replace("msg-1", "msg-2"), OURS) is None
    assert marks.message_in(message_id.replace(OURS.domain, "example.net"), OURS) is None


def test_who_is_in_the_thread_goes_on_in_it():
    found = Candidate(by=By.TOKEN, value=TOKEN)
    join = joining(read_mail(mail(), OURS), found, {"ann@example.org"})
    assert (join.standing, join.attach, join.becomes_participant) == (
        Standing.PARTICIPANT,
        True,
        True,
    )


def test_a_strangers_token_does_not_put_him_into_the_thread():
    found = Candidate(by=By.TOKEN, value=TOKEN)
    join = joining(read_mail(mail(), OURS), found, {"bob@example.org"})
    assert (join.standing, join.attach, join.becomes_participant) == (
        Standing.STRANGER,
        False,
        False,
    )


def test_a_newcomers_answer_is_shown_but_he_gets_none_of_the_next_ones():
    found = Candidate(by=By.IN_REPLY_TO, value="<2@x.example>")
    join = joining(read_mail(mail(), OURS), found, {"bob@example.org"})
    assert (join.standing, join.attach, join.becomes_participant) == (
        Standing.NEWCOMER,
        True,
        False,
    )


def test_a_bounce_goes_to_the_thread_of_what_came_back():
    mid = marks.message_id_of("msg-1", OURS)
    body = f"<bob@example.org>:\nno such mailbox\n\n--- Below this line is a copy.\n\nMessage-ID: {mid}"
    raw = mail(body.encode(), sender="MAILER-DAEMON@mx.example.org", subject="failure notice")
    read = read_mail(raw, OURS)
    (found,) = candidates(read)
    assert found.value == mid
    assert joining(read, found, {"bob@example.org"}).standing is Standing.MACHINE


def test_the_envelope_is_the_domains():
    assert isinstance(read_mail(mail(), OURS).envelope, Envelope)
