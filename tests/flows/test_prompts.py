import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.errors import Invalid
from ivr_flows.prompts import TEXT_LIMIT, Prompt, clean_text


def test_the_key_changes_with_everything_that_is_heard():
    base = Prompt(text="Hello")
    others = [
        Prompt(text="Hello!"),
        Prompt(text="Hello", language="fr"),
        Prompt(text="Hello", voice="en-gb-x-rp"),
        Prompt(text="Hello", rate_wpm=200),
        Prompt(file="/Hello"),
    ]
    keys = {prompt.cache_key("engine 1") for prompt in [base, *others]}
    assert len(keys | {base.cache_key("engine 2")}) == 7
    assert Prompt(text="Hello").cache_key("engine 1") == base.cache_key("engine 1")


def test_a_prompt_is_a_text_or_a_file():
    with pytest.raises(Invalid):
        Prompt()
    with pytest.raises(Invalid, match="xx"):
        Prompt(text="a", language="xx")


@given(st.text(max_size=3000))
def test_spoken_text_is_one_bounded_line_that_can_be_encoded(text):
    cleaned = clean_text(text)
    assert len(cleaned) <= TEXT_LIMIT
    assert cleaned.isprintable() or all(ord(c) > 0x9F for c in cleaned if not c.isprintable())
    cleaned.encode("utf-8")
