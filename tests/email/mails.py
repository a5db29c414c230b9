"""Mails of the tests: whose they are, and how one is put together."""

from webchat_bridge.email.marks import Ours

OURS = Ours(
    key=b"a key for the tests only",
    domain="mail.example.com",
    addresses=frozenset({"support@example.com", "sales@example.com"}),
)


def mail(
    body: bytes = b"Hello",
    *fields: str,
    sender: str = "Ann Lee <ann@example.org>",
    to: str = "support@example.com",
    subject: str = "Question",
    content_type: str = "text/plain; charset=utf-8",
) -> bytes:
    head = [
        f"From: {sender}",
        f"To: {to}",
        f"Subject: {subject}",
        "Message-ID: <1@example.org>",
        *fields,
        "MIME-Version: 1.0",
        f"Content-Type: {content_type}",
    ]
    return "\n".join(head).encode() + b"\n\n" + body
