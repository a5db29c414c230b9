import hashlib

import pytest

from controller.errors import Invalid
from controller.provisioning.directory import DirectoryEntry, a1_hash, display_name


def entry(**changes: str | None) -> DirectoryEntry:
    values = {"extension": "1001", "name": "Ada", "password": "long-enough"} | changes
    return DirectoryEntry(**values)


def test_the_digest_is_that_of_sip() -> None:
    expected = hashlib.md5(b"1001:tandem:long-enough").hexdigest()
    assert a1_hash("1001", "tandem", "long-enough") == expected
    assert entry().digest("tandem") == expected


def test_a_given_hash_is_used_as_it_is() -> None:
    assert entry(password=None, a1_hash="0" * 32).digest("tandem") == "0" * 32


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ada\r\nInjected: 1", "Ada Injected: 1"),
        ("  tab\tand\u2028line ", "tab and line"),
        ("nul\x00bell\x07", "nul bell"),
        ("王小明", "王小明"),
        ("x" * 100, "x" * 64),
    ],
)
def test_a_name_is_one_clean_line(name: str, shown: str) -> None:
    assert display_name(name) == shown


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"extension": "10 01"}, "letters, digits"),
        ({"extension": "1001\n"}, "letters, digits"),
        ({"extension": "../x"}, "letters, digits"),
        ({"extension": ""}, "letters, digits"),
        ({"password": None}, "either a1_hash or password"),
        ({"a1_hash": "0" * 32}, "either a1_hash or password"),
        ({"password": None, "a1_hash": "XYZ"}, "32 lower-case hex"),
        ({"password": "1234"}, "8 characters or more"),
        ({"contact": "1001@10.0.0.9"}, "must look like sip:1001@10.0.0.9:5060"),
        ({"contact": "sip:1@h,sofia/gateway/x/1"}, "must look like sip:"),
    ],
)
def test_a_wrong_entry_is_refused(changes: dict[str, str | None], message: str) -> None:
    with pytest.raises(Invalid, match=message):
        entry(**changes)


def test_secrets_do_not_show_in_a_representation() -> None:
    assert "long-enough" not in repr(entry())
