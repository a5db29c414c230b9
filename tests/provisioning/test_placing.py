import os
from pathlib import Path, PurePosixPath

import pytest

from controller.errors import Invalid
from controller.provisioning.placing import MANIFEST, place, read_manifest
from controller.provisioning.rendering import RenderedFile


def one(name: str, text: str = "ours", mode: int = 0o644) -> RenderedFile:
    return RenderedFile(path=PurePosixPath(name), content=text.encode(), mode=mode)


def names(out: Path) -> set[str]:
    return {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()} - {MANIFEST}


def test_files_appear_with_their_modes_and_nothing_else(tmp_path: Path) -> None:
    changed = place([one("a/b.xml"), one("secret", mode=0o640)], tmp_path)
    assert names(tmp_path) == {"a/b.xml", "secret"}
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o640
    assert changed == [tmp_path / "a/b.xml", tmp_path / "secret"]


def test_an_unchanged_file_is_not_touched(tmp_path: Path) -> None:
    place([one("a"), one("b", "old")], tmp_path)
    before = (tmp_path / "a").stat(), (tmp_path / MANIFEST).stat().st_ino
    assert place([one("a"), one("b", "new")], tmp_path) == [tmp_path / "b"]
    after = (tmp_path / "a").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before[0].st_ino, before[0].st_mtime_ns)


def test_placing_the_same_again_changes_nothing_at_all(tmp_path: Path) -> None:
    place([one("a")], tmp_path)
    inode = (tmp_path / MANIFEST).stat().st_ino
    assert place([one("a")], tmp_path) == []
    assert (tmp_path / MANIFEST).stat().st_ino == inode


def test_a_mode_gone_wrong_is_put_right(tmp_path: Path) -> None:
    place([one("secret", mode=0o640)], tmp_path)
    (tmp_path / "secret").chmod(0o644)
    assert place([one("secret", mode=0o640)], tmp_path) == [tmp_path / "secret"]
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o640


def test_a_file_rendered_earlier_and_not_any_more_goes(tmp_path: Path) -> None:
    place([one("a"), one("old/b")], tmp_path)
    assert place([one("a")], tmp_path) == [tmp_path / "old/b"]
    assert names(tmp_path) == {"a"}


def test_a_strangers_file_beside_ours_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "own.xml").write_text("theirs")
    place([one("a")], tmp_path)
    place([], tmp_path)
    assert (tmp_path / "own.xml").read_text() == "theirs"


def test_a_strangers_file_in_the_way_stops_everything(tmp_path: Path) -> None:
    (tmp_path / "b").write_text("theirs")
    with pytest.raises(Invalid, match=r"b was not rendered by Tandem.*move it away"):
        place([one("a"), one("b")], tmp_path)
    assert names(tmp_path) == {"b"}
    assert (tmp_path / "b").read_text() == "theirs"


@pytest.mark.parametrize("files", [[one("a", "new")], []])
def test_an_edited_file_is_neither_overwritten_nor_removed(
    tmp_path: Path, files: list[RenderedFile]
) -> None:
    place([one("a")], tmp_path)
    (tmp_path / "a").write_text("edited")
    with pytest.raises(Invalid, match="was edited since it was rendered"):
        place(files, tmp_path)
    assert (tmp_path / "a").read_text() == "edited"


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("ours")
    out = tmp_path / "out"
    out.mkdir()
    (out / "a").symlink_to(elsewhere)
    with pytest.raises(Invalid, match="is a link or folder"):
        place([one("a", "new")], out)
    assert elsewhere.read_text() == "ours"


def test_a_crash_between_manifest_and_files_is_made_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place([one("a", "old"), one("b", "old")], tmp_path)
    replace, done = Path.replace, []

    def crash_at_b(self: Path, target: Path) -> Path:
        if Path(target).name == "b":
            raise KeyboardInterrupt
        done.append(target)
        return replace(self, target)

    new = [one("a", "new"), one("b", "new")]
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", crash_at_b)
        with pytest.raises(KeyboardInterrupt):
            place(new, tmp_path)
    assert ((tmp_path / "a").read_text(), (tmp_path / "b").read_text()) == ("new", "old")
    assert names(tmp_path) == {"a", "b"}
    place(new, tmp_path)
    assert (tmp_path / "b").read_text() == "new"
    assert all(len(digests) == 1 for digests in read_manifest(tmp_path).values())


def test_a_manifest_that_points_outside_is_refused(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_text('{"../victim": ["0"]}')
    with pytest.raises(Invalid, match="names files outside its folder"):
        place([], tmp_path)


def test_a_damaged_manifest_is_told(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_text("[")
    with pytest.raises(Invalid, match="is damaged"):
        place([one("a")], tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(Invalid, match="run as a user that may write"):
        place([one("a")], tmp_path)


def test_a_file_where_a_folder_must_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(Invalid, match="cannot write"):
        place([one("a")], tmp_path / "out")
