"""Puts rendered files in place so that a crash, an old file or a stranger's file does no harm.

Rules:
1. A file that we did not write, or that was edited since, is never overwritten nor removed.
2. Each file appears whole: temporary name, fsync, rename. An unchanged file is not touched.
3. Files rendered earlier and not any more are removed.

The manifest says which contents (SHA-256) are ours. It is written before the files with old and
new digests, and after them with the new ones only, so that it is right at any moment between.
"""

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

from controller.errors import Invalid
from controller.provisioning.rendering import RenderedFile

MANIFEST = ".tandem-manifest.json"

Digests = dict[str, list[str]]


def place(files: Sequence[RenderedFile], out: Path) -> list[Path]:
    """Make `out` hold exactly these files of ours; return the paths written or removed.

    Raises `Invalid` before changing anything if a file in the way is not ours, and when a folder
    cannot be written.
    """
    try:
        return _place(files, out)
    except OSError as error:
        raise Invalid(
            f"cannot write {error.filename or out}: {error.strerror}; run as a user that may write"
            " there, or choose another folder with --out"
        ) from error


def _place(files: Sequence[RenderedFile], out: Path) -> list[Path]:
    out.mkdir(parents=True, exist_ok=True)
    ours = read_manifest(out)
    wanted = {str(file.path): _digest(file.content) for file in files}
    stale = [name for name in ours if name not in wanted and (out / name).is_file()]
    _refuse_foreign(out, ours, wanted, stale)
    both = {
        name: sorted({*ours.get(name, []), *([wanted[name]] if name in wanted else [])})
        for name in {*ours, *wanted}
    }
    final = {name: [digest] for name, digest in wanted.items()}
    if ours != final:
        _write_manifest(out, both)
    changed = [out / file.path for file in files if _write_if_changed(out / file.path, file)]
    for name in stale:
        (out / name).unlink()
        changed.append(out / name)
    if ours != final:
        _write_manifest(out, final)
    _sync_folders({path.parent for path in changed})
    return changed


def read_manifest(out: Path) -> Digests:
    """What we wrote into `out` before: relative path -> digests; empty when never rendered."""
    path = out / MANIFEST
    if not path.exists():
        return {}
    try:
        entries = json.loads(path.read_text())
        manifest = {str(name): [str(d) for d in digests] for name, digests in entries.items()}
    except (ValueError, AttributeError, TypeError) as error:
        raise Invalid(
            f"{path} is damaged; delete it together with the files it listed, and render again"
        ) from error
    if any(PurePosixPath(name).is_absolute() or ".." in Path(name).parts for name in manifest):
        raise Invalid(f"{path} names files outside its folder; delete it and render again")
    return manifest


def _refuse_foreign(out: Path, ours: Digests, wanted: dict[str, str], stale: Iterable[str]) -> None:
    for name in (*wanted, *stale):
        path = out / name
        if not os.path.lexists(path):
            continue
        if path.is_symlink() or not path.is_file():
            raise Invalid(f"{path} is a link or folder where a file must go; move it away")
        known = ours.get(name, [])
        digest = _digest(path.read_bytes())
        if digest in known or digest == wanted.get(name):
            continue
        whose = "was edited since it was rendered" if known else "was not rendered by Tandem"
        raise Invalid(
            f"{path} {whose}, so it stays as it is and nothing was changed; move it away (your own"
            " settings belong in a file of another name beside it) and render again"
        )


def _write_if_changed(path: Path, file: RenderedFile) -> bool:
    if path.exists() and path.read_bytes() == file.content:
        if path.stat().st_mode & 0o777 == file.mode:
            return False
        path.chmod(file.mode)
        return True
    path.parent.mkdir(parents=True, exist_ok=True)
    _write_atomically(path, file.content, file.mode)
    return True


def _write_atomically(path: Path, content: bytes, mode: int) -> None:
    # mkstemp creates 0600, so a secret is at no moment wider than its final mode. The name must
    # not match the *.xml that a reload would include.
    descriptor, temporary = tempfile.mkstemp(
        prefix=f".{path.name}.", suffix=".new", dir=path.parent
    )
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(temporary).unlink()
        raise


def _write_manifest(out: Path, digests: Digests) -> None:
    text = json.dumps(digests, indent=1, sort_keys=True) + "\n"
    _write_atomically(out / MANIFEST, text.encode(), 0o644)
    _sync_folders({out})


def _sync_folders(folders: Iterable[Path]) -> None:
    """A rename survives a power cut only when its folder is synchronised too."""
    for folder in folders:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
