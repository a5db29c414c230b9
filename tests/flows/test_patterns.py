import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr_flows.patterns import matches, pattern_fault


@pytest.mark.parametrize(
    "pattern", ["", "[0-9]{6}", r"(\+44|0)7\d{9}", "1|2|3", r"\d+", "(?:a|b)c?", "[^#*]{2,4}"]
)
def test_ordinary_patterns_are_taken(pattern):
    assert pattern_fault(pattern) == ""


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+", r"(a)\1", "(?=a)b", "(a", "a)", "[z-a]", "a**", r"\d*\d*\d*x", "a?" * 20, "x" * 201],
)
def test_patterns_that_may_take_long_or_are_broken_are_refused(pattern):
    assert pattern_fault(pattern)


@given(st.text(alphabet="a0(|)?*+{2,}[]\\d.", max_size=24), st.text(alphabet="a0", max_size=300))
def test_no_accepted_pattern_is_slow_or_raises(pattern, value):
    if not pattern_fault(pattern):
        started = time.process_time()
        matches(pattern, value)
        assert time.process_time() - started < 1
