"""Identities in their normal form, and which merges make sense."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.domain.customer import (
    Customer,
    Evidence,
    Identity,
    Kind,
    Merge,
    check_merge,
    check_unmerge,
    identity,
    identity_of,
    name_key,
)
from controller.errors import IllegalCommand, Invalid


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Kind.PHONE, "+4930123456", "+4930123456"),
        (Kind.EMAIL, " Ann@Example.COM ", "ann@example.com"),
        (Kind.EMAIL, "ann@BÜCHER.example", "ann@xn--bcher-kva.example"),
        (Kind.EMAIL, "张伟@例子.中国", "张伟@xn--fsqu00a.xn--fiqs8s"),
        (Kind.ACCOUNT, " A-17 ", "A-17"),
        (Kind.WECHAT, "wx12/oABC_-1", "wx12/oABC_-1"),
        (Kind.DEVICE, "d" * 32, "d" * 32),
    ],
)
def test_an_identity_has_one_normal_form(kind, text, value):
    assert identity(kind, text) == Identity(kind, value)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        *(
            (Kind.PHONE, text)
            for text in ("", "1001", "030123456", "+0123456789", "+49 30 1", "anonymous")
        ),
        (Kind.PHONE, "+" + "1" * 16),
        (Kind.PHONE, "+4930123456\n"),
        *(
            (Kind.EMAIL, t)
            for t in ("", "ann", "@example.com", "ann@", "ann@localhost", "a b@example.com")
        ),
        (Kind.EMAIL, "ann@example..com"),
        (Kind.EMAIL, "ann@-x.com"),
        (Kind.EMAIL, "a\x00@example.com"),
        (Kind.EMAIL, f"ann@{'x' * 64}.com"),
        (Kind.EMAIL, "ann@example.com, bob@example.com"),
        *((Kind.ACCOUNT, text) for text in ("", "  ", "a\x00b", "x" * 129)),
        *((Kind.WECHAT, text) for text in ("", "openid", "/openid", "wx/", "a/b/c", "wx/o id")),
        *((Kind.DEVICE, text) for text in ("", "short", "d" * 129, "has a blank in it")),
    ],
)
def test_what_is_no_identity_is_refused(kind, text):
    with pytest.raises(Invalid):
        identity(kind, text)


@given(st.sampled_from(Kind), st.text(max_size=40) | st.emails())
def test_a_normal_form_is_its_own_and_is_told_by_its_key(kind, text):
    try:
        made = identity(kind, text)
    except Invalid:
        return
    assert identity(kind, made.value) == made
    assert identity_of(made.key) == made


def test_spellings_of_a_name_are_alike():
    assert name_key("  Ann   GROSS") == name_key("ann groß".upper()) == "ann gross"


def test_a_merge_that_makes_no_sense_is_refused():
    a, b = (Customer(id=name, created_at=0.0) for name in "ab")
    check_merge(a, b)
    gone = Customer(id="c", created_at=0.0, merged_into="a")
    for one, into in ((a, a), (gone, b), (b, gone), (a, gone)):
        with pytest.raises(IllegalCommand):
            check_merge(one, into)


def test_a_merge_is_taken_back_once():
    merge = Merge(
        id="m", at=1.0, by="ann", customer="c", into="a", evidence=Evidence(words="said so")
    )
    check_unmerge(merge, Customer(id="c", created_at=0.0, merged_into="a"))
    with pytest.raises(IllegalCommand):
        check_unmerge(merge, Customer(id="c", created_at=0.0))
