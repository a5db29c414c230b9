"""The published method of the expected wait, by its table."""

import pytest

from controller.domain.estimate import HandlingTimes, expected_wait


@pytest.mark.parametrize(
    ("position", "handling_s", "effective", "free", "seconds"),
    [
        (1, 180, 1.0, 0, 180),
        (3, 180, 1.0, 0, 540),
        (3, 180, 3.0, 0, 180),
        (4, 120, 1.5, 0, 320),  # one agent of this queue, one who serves two
        (1, 180, 2.0, 1, 0),  # somebody is free
        (2, 180, 2.0, 1, 90),
        (1, 180, 0.5, 3, 0),
        (1, 180, 0.0, 0, None),  # nobody serves
        (9, 0, 1.0, 0, 0),
    ],
)
def test_expected_wait(position, handling_s, effective, free, seconds):
    assert expected_wait(position, handling_s, effective, free) == seconds


def test_the_newest_fifty_of_four_hours_count():
    taken = HandlingTimes()
    assert taken.mean(0.0, assumed=180.0) == 180.0
    for number in range(60):
        taken.add(1000.0 + number, 100.0 if number < 10 else 200.0)
    assert taken.mean(2000.0, assumed=180.0) == 200.0
    taken.add(10_000.0, 300.0)
    assert taken.mean(1059.0 + 4 * 3600, assumed=180.0) == 250.0  # the 60th and the last
    assert taken.mean(10_001.0 + 4 * 3600, assumed=180.0) == 180.0


def test_what_is_learned_late_finds_its_place():
    taken = HandlingTimes()
    for number in range(50):
        taken.add(1000.0 + number, 200.0)
    taken.add(10.0, 9999.0)
    assert taken.mean(1100.0, assumed=1.0) == 200.0
