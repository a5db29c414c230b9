"""The one config file: defaults < file < environment < flags, checked before anything starts.

`Config` is what the whole process is built from. Everything has a default, so that no file at all
runs Tandem on this machine with SQLite and the lab switch.
"""

import os
import re
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

import phonenumbers
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
)
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from controller.domain.channels import VOICE
from controller.errors import Invalid

_ONE_WORD = re.compile(r"[A-Za-z0-9._/+-]+")

_WEBSOCKET = r"^wss?://[A-Za-z0-9.:\[\]-]+(/[A-Za-z0-9._~/-]*)?$"

Port = Annotated[int, Field(ge=0, le=65535)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class HttpConfig(_Section):
    """Where the console and the API listen. Behind a TLS proxy in production.

    `trusted_proxies`: networks of the proxies whose X-Forwarded headers are believed. `secure_cookies`:
    browsers keep our cookie to https, though it ends before us. `session_hours`: then one signs in again.
    """

    host: str = "127.0.0.1"
    port: Port = 8080
    metrics_public: bool = False
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    secure_cookies: bool = False
    session_hours: Annotated[float, Field(ge=1, le=720)] = 16.0


class SwitchConfig(_Section):
    """Which switch, and how to reach its event socket.

    `kind` lab needs nothing else. `conf_dir`: where `tandem fs render` put the configuration; the
    event socket's password is read from it unless given here. `outbound`: dial string before an
    outside number, such as `sofia/gateway/carrier/`. `phone_url`: where browsers' phones register, when
    a proxy stands before `fs.ws_bind` or `fs.wss_bind`.
    """

    kind: Literal["lab", "freeswitch"] = "lab"
    host: str = "127.0.0.1"
    port: Port = 8021
    password: SecretStr | None = None
    conf_dir: Path | None = None
    domain: str = "tandem"
    outbound: str | None = None
    phone_url: Annotated[str, Field(pattern=_WEBSOCKET)] | None = None


def _not_voice(name: str) -> str:
    if name == VOICE:
        raise ValueError("voice is the switch's; give this channel another name")
    return name


ChannelName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$"), AfterValidator(_not_voice)]


class ChannelConfig(BaseModel):
    """A written channel, under the name that its contacts have. `queue`: where new ones go. What else stands
    here is the kind's own; see docs/messages.md."""

    model_config = ConfigDict(frozen=True, extra="allow")

    kind: str
    queue: str

    @property
    def settings(self) -> Mapping[str, Any]:
        return self.model_extra or {}

    def __repr_args__(self) -> Iterator[tuple[str, Any]]:
        """Without what is the kind's own: secrets are in it."""
        yield from (("kind", self.kind), ("queue", self.queue))


class Config(_Section):
    """`name`: of the centre, for its people. `data`: folder of the database, recordings, prompts, log and
    generated secrets.

    `database`: SQLAlchemy URL; None is SQLite in `data`. `fs`: the settings of `tandem fs render`, see
    docs/freeswitch.md. `audit_days`: so long the audit keeps its rows; None: for ever. `phone_region`: whose
    national numbers the carrier sends, as DE; None: all callers' numbers come with + or 00. `channels`: the
    written ones.
    """

    name: Annotated[str, Field(min_length=1, max_length=64)] = "Tandem"
    data: Path = Path("data")
    database: str | None = None
    timezone: str = "UTC"
    phone_region: str | None = None
    http: HttpConfig = HttpConfig()
    switch: SwitchConfig = SwitchConfig()
    flows_dir: Path | None = None
    recordings_dir: Path | None = None
    audit_days: Annotated[int, Field(ge=1, le=36_500)] | None = 730
    min_free_mb: Annotated[int, Field(ge=0)] = 500
    log_file: str | None = None
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    demo: bool = True
    channels: Mapping[ChannelName, ChannelConfig] = Field(default_factory=dict)
    fs: Mapping[str, Any] = Field(default_factory=dict)

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError("no such time zone; write it as in Europe/Berlin or Asia/Shanghai")
        return name

    @field_validator("phone_region")
    @classmethod
    def _known_region(cls, name: str | None) -> str | None:
        if name is not None and name not in phonenumbers.SUPPORTED_REGIONS:
            raise ValueError("no such region; write two capital letters, as in DE or CN")
        return name

    @field_validator("data", "flows_dir", "recordings_dir")
    @classmethod
    def _possible_path(cls, path: Path | None) -> Path | None:
        if path is not None and "\0" in str(path):
            raise ValueError("has a NUL in it, which no file name can; write a plain path")
        return path

    @field_validator("recordings_dir")
    @classmethod
    def _one_word(cls, path: Path | None) -> Path | None:
        if path is not None and not _ONE_WORD.fullmatch(str(path)):
            raise ValueError(
                "FreeSWITCH splits arguments at blanks; use letters, digits, /, dot, -, + and _ only"
            )
        return path

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def recordings(self) -> Path:
        return (self.recordings_dir or self.data / "recordings").resolve()

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{(self.data / 'tandem.db').resolve()}"


def load_config(path: Path | None, flags: Mapping[str, Any]) -> Config:
    """The config from a YAML file (optional), TANDEM_DATABASE, and flags (None is not given).

    `flags` may be nested as the config is. Raises Invalid, which names the field and the remedy.
    """
    raw = _read(path) if path is not None else {}
    database = os.environ.get("TANDEM_DATABASE")
    if database:
        raw["database"] = database
    _merge(raw, flags)
    try:
        return Config.model_validate(raw)
    except ValidationError as error:
        raise Invalid(_explain(path, error)) from None


def _read(path: Path) -> dict[str, Any]:
    try:
        content = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Invalid(f"cannot read {path}: {error.strerror}") from None
    except (YAMLError, UnicodeDecodeError) as error:
        raise Invalid(f"{path} is not YAML: {error}") from None
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise Invalid(f"{path}: expected `name: value` lines; see docs/configuration.md")
    return content


def _merge(raw: dict[str, Any], flags: Mapping[str, Any]) -> None:
    for name, value in flags.items():
        if isinstance(value, Mapping):
            section = raw.setdefault(name, {})
            if isinstance(section, dict):
                _merge(section, value)
        elif value is not None:
            raw[name] = value


def _explain(path: Path | None, error: ValidationError) -> str:
    where = str(path) if path is not None else "the configuration"
    lines = [
        f"  {'.'.join(str(part) for part in fault['loc'])}: "
        f"{fault['msg'].removeprefix('Value error, ')}"
        for fault in error.errors(include_url=False, include_input=False)
    ]
    return "\n".join(
        [f"{where} needs a correction (docs/configuration.md has every field):", *lines]
    )
