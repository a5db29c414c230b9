from dataclasses import replace
from datetime import date

import pytest

from controller.adapters.recordings.paths import (
    find_interaction,
    interactions_between,
    manifest_path,
    recording_path,
    safe_id,
)
from controller.errors import Invalid

HOSTILE = [
    "",
    ".",
    "..",
    "../../etc/passwd",
    "a/b",
    "a\\b",
    "/etc/passwd",
    "a\0b",
    "a\nb",
    "-rf",
    "a b",
    "a.wav",
    "*",
    "[a]",
    "名前",
    "x" * 129,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_id_names_no_file(tmp_path, handled, text):
    with pytest.raises(Invalid):
        safe_id(text)
    segment = handled.state.segments[0]
    with pytest.raises(Invalid):
        recording_path(tmp_path, replace(handled.state, id=text), segment.id)
    with pytest.raises(Invalid):
        recording_path(tmp_path, handled.state, text)
    with pytest.raises(Invalid):
        find_interaction(tmp_path, text)


def test_files_of_one_interaction_share_the_folder_of_its_arrival(tmp_path, handled):
    path = recording_path(tmp_path, handled.state, handled.state.segments[0].id)
    assert path == tmp_path / "2026" / "03" / "01" / "i1" / "o1.wav"
    assert manifest_path(tmp_path, handled.state) == path.parent / "manifest.json"


def test_an_interaction_is_found_without_its_day(tmp_path, handled):
    path = recording_path(tmp_path, handled.state, handled.state.segments[0].id)
    assert find_interaction(tmp_path, "i1") is None
    path.parent.mkdir(parents=True)
    assert find_interaction(tmp_path, "i1") == path.parent


def test_the_interactions_of_a_stretch_of_days(tmp_path):
    for folder in ("2026/02/28/b", "2026/03/01/a", "2026/03/01/.hidden", "2026/03/02/c"):
        (tmp_path / folder).mkdir(parents=True)
    found = interactions_between(tmp_path, date(2026, 2, 28), date(2026, 3, 1))
    assert list(found) == ["b", "a"]
