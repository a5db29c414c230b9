import pytest

from tests.email.mails import OURS, mail
from webchat_bridge.email.guard import History, Rules, WhyNot, is_storm, may_answer_automatically
from webchat_bridge.email.reading import read_mail

NOW = 1_700_000_000.0


def answer(raw: bytes, history: History | None = None, rules: Rules | None = None) -> WhyNot | None:
    return may_answer_automatically(
        read_mail(raw, OURS), OURS, history or History(came=[NOW]), NOW, rules or Rules()
    )


def test_a_person_is_answered():
    assert answer(mail()) is None


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (mail(b"x", "Auto-Submitted: auto-replied"), WhyNot.AUTOMATIC),
        (mail(b"x", "Precedence: list"), WhyNot.AUTOMATIC),
        (mail(subject="自动回复：外出"), WhyNot.AUTOMATIC),
        (mail(b"x", "Return-Path: <>"), WhyNot.NOT_WANTED),
        (mail(b"x", "X-Auto-Response-Suppress: DR, AutoReply"), WhyNot.NOT_WANTED),
        (mail(sender="sales@example.com"), WhyNot.OURSELVES),
        (mail(sender="Sales+tag@EXAMPLE.com"), WhyNot.OURSELVES),
        (mail(sender="no-reply@example.org"), WhyNot.NO_REPLY),
        (mail(sender="owner-news@example.org"), WhyNot.NO_REPLY),
        (mail(to="list@example.net"), WhyNot.NOT_TO_US),
    ],
)
def test_nobody_else_is(raw, why):
    assert answer(raw) is why


def test_one_address_is_answered_once_a_day():
    assert answer(mail(), History(came=[NOW], answered=[NOW - 3600])) is WhyNot.LATELY
    assert answer(mail(), History(came=[NOW], answered=[NOW - 25 * 3600])) is None


def test_two_answering_machines_without_any_mark_stop_after_one_answer():
    came, answered = [], []
    for minute in range(100):
        now = NOW + 60 * minute
        came.append(now)
        why = may_answer_automatically(
            read_mail(mail(), OURS), OURS, History(came=came, answered=answered), now
        )
        if why is None:
            answered.append(now)
    assert len(answered) == 1


def test_a_storm_is_counted_within_its_time():
    rules = Rules(storm_mails=3, storm_s=60)
    assert not is_storm(History(came=[NOW - 70, NOW - 10, NOW]), NOW, rules)
    assert is_storm(History(came=[NOW - 50, NOW - 10, NOW]), NOW, rules)
    assert answer(mail(), History(came=[NOW] * 3), rules) is WhyNot.STORM
