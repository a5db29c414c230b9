"""Looks a rendered configuration over before FreeSWITCH is told to load it."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree

from controller.provisioning.placing import read_manifest

# What may follow an absolute path in an argument (`record /a/b.wav 180`) is cut off.
_ABSOLUTE = re.compile(r"^(/[^\s$;|]+)")
_SECRETS = {"password", "a1-hash"}
_FOLDER_OF = {"logfile", "core-db-name"}
_TLS_FILES = ("agent.pem", "cafile.pem")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`error`: FreeSWITCH would stumble over it. `warning`: it works, but should not stay so."""

    severity: Literal["error", "warning"]
    path: Path
    message: str

    def __str__(self) -> str:
        return f"{self.severity}: {self.path}: {self.message}"


def check(out: Path) -> list[Finding]:
    """Every finding in `out`, files of others included; empty means ready to load."""
    found = [
        _error(out / name, "is missing; run `tandem fs render` again")
        for name in sorted(read_manifest(out))
        if not (out / name).is_file()
    ]
    documents = sorted(out.rglob("*.xml"))
    if not documents:
        found.append(_error(out, "holds no configuration; run `tandem fs render --out` first"))
    for document in documents:
        found += _check_document(document)
    password = out / "esl-password"
    if password.is_file():
        found += _check_secrecy(password)
    return found


def _check_document(path: Path) -> list[Finding]:
    # Only files on the operator's own disk are read, and ElementTree loads no external entity.
    try:
        root = ElementTree.fromstring(path.read_bytes())  # noqa: S314
    except ElementTree.ParseError as error:
        return [_error(path, f"is not well-formed XML ({error}); correct or remove it")]
    found: list[Finding] = []
    secret = False
    for element in root.iter():
        name, value = element.get("name", ""), element.get("value", "")
        secret = secret or (name in _SECRETS and bool(value))
        found += _check_paths(path, element, name, value)
    return found + (_check_secrecy(path) if secret else [])


def _check_paths(path: Path, element: ElementTree.Element, name: str, value: str) -> list[Finding]:
    wanted: list[Path] = []
    if element.tag == "directory" and element.get("path", "").startswith("/"):
        wanted.append(Path(element.attrib["path"]))
    if name == "tls-cert-dir":
        wanted += [Path(value) / file for file in _TLS_FILES]
    if name == "wss-binding":
        wanted += [Path(folder) / "wss.pem" for folder in _cert_folders(path)]
    if name in _FOLDER_OF and value.startswith("/"):
        wanted.append(Path(value).parent)
    argument = _ABSOLUTE.match(element.get("data", ""))
    if argument and element.get("application") == "playback":
        wanted.append(Path(argument[1]))
    if argument and element.get("application") == "record":
        wanted.append(Path(argument[1]).parent)
    return [
        _error(path, f"names {file}, which does not exist; create it or change the setting")
        for file in wanted
        if not file.exists()
    ]


def _cert_folders(profile: Path) -> list[str]:
    root = ElementTree.fromstring(profile.read_bytes())  # noqa: S314
    return [
        element.get("value", "") for element in root.iter() if element.get("name") == "tls-cert-dir"
    ]


def _check_secrecy(path: Path) -> list[Finding]:
    if not path.stat().st_mode & 0o007:
        return []
    message = f"holds a secret that everybody on this host can read; chmod 0640 {path}"
    return [Finding(severity="warning", path=path, message=message)]


def _error(path: Path, message: str) -> Finding:
    return Finding(severity="error", path=path, message=message)
