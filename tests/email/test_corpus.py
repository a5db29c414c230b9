"""Each hard case of the corpus comes out as its table says."""

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from controller.domain.model.messages import File, Rich, Text
from tests.email.mails import OURS
from webchat_bridge.email.limits import MailRefused
from webchat_bridge.email.reading import ReadMail, read_mail

CORPUS = Path(__file__).parent / "corpus"
EXPECTED: dict[str, dict[str, Any]] = YAML(typ="safe").load(CORPUS / "expected.yaml")


def test_every_mail_has_its_line_and_every_line_its_mail():
    assert sorted(EXPECTED) == sorted(path.stem for path in CORPUS.glob("*.eml"))
    assert len(EXPECTED) >= 60


@pytest.mark.parametrize("name", EXPECTED)
def test_comes_out_as_expected(name):
    raw = (CORPUS / f"{name}.eml").read_bytes()
    expected = dict(EXPECTED[name])
    refused = expected.pop("refused", None)
    if refused:
        with pytest.raises(MailRefused) as caught:
            read_mail(raw, OURS)
        assert caught.value.code == refused
        return
    mail = read_mail(raw, OURS)
    assert sorted({problem.code for problem in mail.problems}) == sorted(
        expected.pop("problems", [])
    )
    assert [
        part.id for part in mail.parts if isinstance(part, File) if part.id not in mail.attachments
    ] == []
    for key, value in expected.items():
        SEEN[key](mail, value)


def _before_quote(mail: ReadMail, value: str | None) -> None:
    (part,) = (part for part in mail.parts if isinstance(part, Text | Rich))
    quoted = part.quoted_from if isinstance(part, Rich) else None
    assert (None if quoted is None else part.text[:quoted]) == value


def _html_has(mail: ReadMail, values: list[str]) -> None:
    assert [value for value in values if value not in _html(mail)] == []


def _html_lacks(mail: ReadMail, values: list[str]) -> None:
    assert [value for value in values if value in _html(mail).lower()] == []


def _html(mail: ReadMail) -> str:
    return "".join(part.html for part in mail.parts if isinstance(part, Rich))


def _bounce(mail: ReadMail, value: list[Any]) -> None:
    bounce = mail.bounce_of
    assert bounce is not None
    assert [bounce.message_id, list(bounce.recipients), bounce.final] == value


def _same(get: Any) -> Any:
    def check(mail: ReadMail, value: Any) -> None:
        assert get(mail) == value

    return check


SEEN = {
    "before_quote": _before_quote,
    "html_has": _html_has,
    "html_lacks": _html_lacks,
    "bounce": _bounce,
    "subject": _same(lambda mail: mail.envelope.subject),
    "sender": _same(lambda mail: mail.envelope.sender),
    "name": _same(lambda mail: mail.name),
    "to": _same(lambda mail: list(mail.envelope.to)),
    "reply_to": _same(lambda mail: mail.envelope.reply_to),
    "references": _same(lambda mail: list(mail.envelope.references)),
    "date": _same(lambda mail: mail.date and mail.date.isoformat()),
    "automatic": _same(lambda mail: mail.automatic),
    "token": _same(lambda mail: mail.token),
    "text": _same(lambda mail: [part.text for part in mail.parts if isinstance(part, Text | Rich)]),
    "html": _same(
        lambda mail: [part.html.strip() for part in mail.parts if isinstance(part, Rich)]
    ),
    "files": _same(
        lambda mail: [
            [part.name, part.media_type, part.inline]
            for part in mail.parts
            if isinstance(part, File)
        ]
    ),
}
