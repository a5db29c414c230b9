"""What is said of position and wait, in each language."""

import pytest

from controller.domain.model import Telling
from ivr_flows.announcements import announcement


def said(language, place, expected_s, position=True, wait=True):
    telling = Telling(position=position, wait=wait, first_s=20, every_s=60, language=language)
    return [prompt.text for prompt in announcement(telling, place, expected_s)]


@pytest.mark.parametrize(
    ("language", "position", "expected_s", "texts"),
    [
        ("en", 1, 0, ["You are next in line.", "The expected waiting time is less than one minute."]),
        ("en", 2, 60, ["You are number 2 in line.", "The expected waiting time is about one minute."]),
        ("en-gb", 12, 95, ["You are number 12 in line.", "The expected waiting time is about 2 minutes."]),
        ("en", 3, 3601, ["You are number 3 in line.", "The expected waiting time is more than one hour."]),
        ("zh", 1, 59, ["您是下一位。", "预计等候时间不到一分钟。"]),
        ("zh-cn", 3, 120, ["您前面还有两位客户在等候。", "预计等候时间大约两分钟。"]),
        ("zh", 5, 300, ["您前面还有4位客户在等候。", "预计等候时间大约5分钟。"]),
        ("sw", 1, None, ["You are next in line."]),
    ],
)  # fmt: skip
def test_the_words(language, position, expected_s, texts):
    assert said(language, position, expected_s) == texts


def test_only_what_was_asked_for_and_is_known():
    assert said("en", 4, 100, wait=False) == ["You are number 4 in line."]
    assert said("en", 4, 100, position=False) == ["The expected waiting time is about 2 minutes."]
    assert said("en", 4, None, position=False) == []
