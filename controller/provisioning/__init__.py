"""Renders the FreeSWITCH configuration of `fs_conf/` and `dialplan_templates/`, and checks it."""

import secrets
from collections.abc import Sequence
from pathlib import Path

from controller.errors import Invalid
from controller.provisioning.checking import Finding, check
from controller.provisioning.directory import DirectoryEntry, a1_hash
from controller.provisioning.placing import place
from controller.provisioning.rendering import render_all
from controller.provisioning.settings import FsSettings, load_settings

__all__ = [
    "DirectoryEntry",
    "Finding",
    "FsSettings",
    "a1_hash",
    "check",
    "esl_password",
    "load_settings",
    "render",
]


def render(settings: FsSettings, agents: Sequence[DirectoryEntry], out: Path) -> list[Path]:
    """Bring `out` up to date; return the paths written or removed, none when all was right.

    Folders the switch writes into are created. Raises `Invalid` and changes no file when settings
    contradict or a file in the way is not ours. Tell the switch afterwards: `reloadxml`.
    """
    out = out.resolve()
    password = settings.esl.password
    secret = password.get_secret_value() if password else _kept_password(out)
    files = render_all(settings, agents, secret, out)
    changed = place(files, out)
    _make_folders(settings)
    return changed


def esl_password(out: Path) -> str:
    """The event socket's password of the configuration in `out`, given or generated."""
    path = out / "esl-password"
    try:
        return path.read_text().strip()
    except OSError as error:
        raise Invalid(
            f"cannot read {path}: {error.strerror}; render first, or run as a member of its group"
        ) from error


def _kept_password(out: Path) -> str:
    """A generated password stays the same from one rendering to the next."""
    if (out / "esl-password").exists():
        return esl_password(out)
    return secrets.token_urlsafe(24)


def _make_folders(settings: FsSettings) -> None:
    recordings = settings.recordings_dir
    for folder in (recordings, recordings / "fallback", settings.log.dir, settings.run_dir):
        try:
            folder.mkdir(mode=0o750, parents=True, exist_ok=True)
        except OSError as error:
            raise Invalid(
                f"cannot create {folder}: {error.strerror}; create it as root and give it to the"
                " user FreeSWITCH runs as, or choose another folder"
            ) from error
