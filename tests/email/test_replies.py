from dataclasses import replace

from controller.domain.model.messages import Envelope
from webchat_bridge.email.replies import LeftOut, recipients_of_reply

OWN = {"support@example.com", "sales@example.com"}
MAIL = Envelope(
    subject="x",
    sender="ann@example.org",
    to=("support@example.com", "bob@example.org"),
    cc=("carol@example.org", "sales+x@example.com", "no-reply@example.net"),
)


def test_the_sender_alone():
    answer = recipients_of_reply(MAIL, OWN)
    assert (answer.to, answer.cc) == (("ann@example.org",), ())


def test_everyone_but_ourselves_and_machines():
    answer = recipients_of_reply(MAIL, OWN, everyone=True)
    assert answer.to == ("ann@example.org",)
    assert answer.cc == ("bob@example.org", "carol@example.org")
    assert dict(answer.left_out) == {
        "support@example.com": LeftOut.OURSELVES,
        "sales+x@example.com": LeftOut.OURSELVES,
        "no-reply@example.net": LeftOut.NO_REPLY,
    }


def test_where_the_sender_wants_it_and_another_domain_is_shown():
    answer = recipients_of_reply(replace(MAIL, reply_to="ann@example.net"), OWN)
    assert answer.to == ("ann@example.net",)
    assert answer.elsewhere
    assert not recipients_of_reply(replace(MAIL, reply_to="team@example.org"), OWN).elsewhere


def test_a_reply_to_of_ours_or_of_a_machine_is_not_followed():
    for reply_to in ("support@example.com", "noreply@example.org"):
        assert recipients_of_reply(replace(MAIL, reply_to=reply_to), OWN).to == ("ann@example.org",)


def test_nobody_where_only_machines_could_be_answered():
    for sender in (
        "mailer-daemon@mx.example.org",
        "do-not-reply@example.org",
        "support@example.com",
    ):
        answer = recipients_of_reply(replace(MAIL, sender=sender), OWN, everyone=True)
        assert (answer.to, answer.cc) == ((), ())


def test_nobody_who_was_not_in_the_thread():
    answer = recipients_of_reply(
        MAIL, OWN, everyone=True, thread={"ann@example.org", "bob@example.org"}
    )
    assert (answer.to, answer.cc) == (("ann@example.org",), ("bob@example.org",))
    assert dict(answer.left_out)["carol@example.org"] is LeftOut.NOT_IN_THREAD
