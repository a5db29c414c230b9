"""What a telecom engineer decides about the switch; everything else in `fs_conf/` follows.

Values end up in XML attributes, in FreeSWITCH's own preprocessor and in blank-separated
application arguments, so each has the narrowest alphabet that still serves.
"""

import re
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
    model_validator,
)

from controller.errors import Invalid

_PLAIN_PATH = re.compile(r"/[A-Za-z0-9._/+-]*")
_SHORT_SECRET = 12


def _plain_path(path: Path) -> Path:
    if not _PLAIN_PATH.fullmatch(str(path)) or ".." in path.parts:
        raise ValueError(
            "must be an absolute path of letters, digits and . _ - + only: FreeSWITCH splits"
            " arguments at blanks; choose another folder"
        )
    return path


def _secret(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if len(text) < _SHORT_SECRET or not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError(
            f"must have at least {_SHORT_SECRET} printable ASCII characters and no blank;"
            " leave it out to have one generated, or take one from a password generator"
        )
    return value


def _endpoint(value: object) -> object:
    """Accept `10.0.0.5:5060` for {ip, port}."""
    if not isinstance(value, str):
        return value
    ip, colon, port = value.rpartition(":")
    if not colon or not port.isdecimal():
        raise ValueError("must look like 10.0.0.5:5060")
    return {"ip": ip, "port": int(port)}


Port = Annotated[int, Field(ge=1, le=65535)]
PlainPath = Annotated[Path, AfterValidator(_plain_path)]
Secret = Annotated[SecretStr, AfterValidator(_secret)]
Network = IPv4Network | IPv6Network
Extension = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$")]
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
Host = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9.:_-]{0,253}$")]
Prefix = Annotated[str, StringConstraints(pattern=r"^\+?[1-9][0-9]{0,14}$")]
Codec = Literal["PCMU", "PCMA", "OPUS", "G722"]
LogLevel = Literal["debug", "info", "notice", "warning", "err"]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class _Endpoint(_Section):
    """One address the switch listens on. No wildcard: SIP writes this address into messages."""

    ip: IPv4Address
    port: Port

    @model_validator(mode="after")
    def _is_one_address(self) -> Self:
        if self.ip.is_unspecified:
            raise ValueError("0.0.0.0 cannot be advertised in SIP; give one address of this host")
        return self

    def __str__(self) -> str:
        return f"{self.ip}:{self.port}"


Endpoint = Annotated[_Endpoint, BeforeValidator(_endpoint)]


class TlsSettings(_Section):
    """`cert_dir` holds agent.pem, cafile.pem and (for the console's softphone) wss.pem."""

    enabled: bool = False
    cert_dir: PlainPath | None = None
    agents_port: Port = 5061
    carrier_port: Port = 5081

    @model_validator(mode="after")
    def _has_certificates(self) -> Self:
        if self.enabled and self.cert_dir is None:
            raise ValueError("cert_dir is needed when TLS is enabled: the folder with agent.pem")
        return self


class EslSettings(_Section):
    """The event socket is shell access to the host: loopback or a private address only."""

    host: IPv4Address = IPv4Address("127.0.0.1")
    port: Port = 8021
    password: Secret | None = None
    acl: tuple[Network, ...] = (IPv4Network("127.0.0.0/8"),)

    @model_validator(mode="after")
    def _is_private(self) -> Self:
        if not self.host.is_private or self.host.is_unspecified:
            raise ValueError(
                "host must be 127.0.0.1 or a private address, for the event socket gives a shell;"
                " reach it from elsewhere through a tunnel"
            )
        if any(network.prefixlen == 0 for network in self.acl) or not self.acl:
            raise ValueError("acl must name the controllers' networks, not everybody or nobody")
        return self


class Gateway(_Section):
    """A trunk towards a carrier, dialled as `sofia/gateway/NAME/NUMBER`."""

    name: Name
    proxy: Host
    username: Annotated[str, StringConstraints(pattern=r"^[!-~]{0,64}$")] = ""
    password: SecretStr | None = None
    register_: bool = Field(default=False, alias="register")
    caller_id_in_from: bool = True

    @model_validator(mode="after")
    def _can_register(self) -> Self:
        if self.register_ and not (self.username and self.password):
            raise ValueError("register needs username and password; set both or register: false")
        return self


class LogSettings(_Section):
    """The switch's own log: rolled over at `rollover_bytes`, `keep` old files."""

    dir: PlainPath = Path("/var/log/freeswitch")
    level: LogLevel = "notice"
    rollover_bytes: Annotated[int, Field(ge=100_000)] = 100_000_000
    keep: Annotated[int, Field(ge=1, le=1000)] = 20


class RtpPorts(_Section):
    start: Port = 16384
    end: Port = 32768

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        if self.end - self.start < 10:
            raise ValueError("end must be at least 10 above start: each leg takes two ports")
        return self


class FallbackSettings(_Section):
    """What happens to a caller whom no controller looks after."""

    after_seconds: Annotated[int, Field(ge=2, le=600)] = 15
    announcement: PlainPath | None = None
    hunt_group: tuple[Extension, ...] = ()
    ring_seconds: Annotated[int, Field(ge=5, le=300)] = 30
    voicemail: bool = True
    voicemail_seconds: Annotated[int, Field(ge=5, le=1800)] = 180


class FsSettings(_Section):
    """The switch: addresses, trunks, limits, folders. Defaults serve one machine, loopback only.

    `phone_transfers`: whether an agent's phone may transfer by itself (SIP REFER).
    """

    domain: Host = "tandem"
    carrier_bind: Endpoint = _Endpoint(ip=IPv4Address("127.0.0.1"), port=5080)
    agents_bind: Endpoint = _Endpoint(ip=IPv4Address("127.0.0.1"), port=5060)
    ws_bind: Endpoint | None = _Endpoint(ip=IPv4Address("127.0.0.1"), port=5066)
    wss_bind: Endpoint | None = None
    external_sip_ip: IPv4Address | None = None
    external_rtp_ip: IPv4Address | None = None
    tls: TlsSettings = TlsSettings()
    esl: EslSettings = EslSettings()
    carrier_acl: tuple[Network, ...] = ()
    candidate_acl: tuple[Network, ...] = tuple(
        IPv4Network(net) for net in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8")
    )
    gateways: tuple[Gateway, ...] = ()
    outbound_prefixes: tuple[Prefix, ...] = ()
    codecs: Annotated[tuple[Codec, ...], Field(min_length=1)] = ("OPUS", "G722", "PCMU", "PCMA")
    max_sessions: Annotated[int, Field(ge=2, le=100_000)] = 1000
    sessions_per_second: Annotated[int, Field(ge=1, le=10_000)] = 30
    media_timeout: Annotated[int, Field(ge=10, le=86_400)] = 120
    page_timeout: Annotated[int, Field(ge=3, le=86_400)] = 5
    hold_timeout: Annotated[int, Field(ge=10, le=86_400)] = 1800
    rtp: RtpPorts = RtpPorts()
    recordings_dir: PlainPath = Path("/var/lib/freeswitch/recordings")
    prompts_dir: PlainPath = Path("/usr/share/freeswitch/sounds")
    run_dir: PlainPath = Path("/var/run/freeswitch")
    moh_dir: PlainPath | None = None
    log: LogSettings = LogSettings()
    fallback: FallbackSettings = FallbackSettings()
    phone_transfers: bool = False

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if self.domain.lower() in ("agents", "carrier", "all", "gateway"):
            raise ValueError("domain: that word names a SIP profile; take another, such as tandem")
        names = [gateway.name for gateway in self.gateways]
        if len(set(names)) != len(names):
            raise ValueError("gateways: two gateways have the same name; rename one")
        if any(network.prefixlen == 0 for network in self.carrier_acl):
            raise ValueError(
                "carrier_acl: 0.0.0.0/0 lets anybody call in; list the carrier's signalling networks"
            )
        if self.wss_bind is not None and not self.tls.enabled:
            raise ValueError("wss_bind needs tls.enabled and tls.cert_dir (with wss.pem in it)")
        if self.outbound_prefixes and not self.gateways:
            raise ValueError("outbound_prefixes needs at least one of gateways to dial through")
        self._listens_once()
        return self

    def _listens_once(self) -> None:
        tcp = [("esl", f"{self.esl.host}:{self.esl.port}")]
        tcp += [("carrier_bind", str(self.carrier_bind)), ("agents_bind", str(self.agents_bind))]
        tcp += [
            (n, str(e)) for n, e in (("ws_bind", self.ws_bind), ("wss_bind", self.wss_bind)) if e
        ]
        if self.tls.enabled:
            tcp.append(("tls.agents_port", f"{self.agents_bind.ip}:{self.tls.agents_port}"))
            tcp.append(("tls.carrier_port", f"{self.carrier_bind.ip}:{self.tls.carrier_port}"))
        taken: dict[str, str] = {}
        for field, address in tcp:
            if address in taken:
                raise ValueError(f"{field} and {taken[address]} both want {address}; move one")
            taken[address] = field


def load_settings(raw: Mapping[str, Any]) -> FsSettings:
    """Build FsSettings from plain data; `Invalid` lists every wrong field and its remedy."""
    try:
        return FsSettings.model_validate(dict(raw))
    except ValidationError as error:
        lines = []
        for fault in error.errors(include_url=False, include_input=False):
            where = ".".join(str(part) for part in fault["loc"]) or "settings"
            lines.append(f"{where}: {fault['msg'].removeprefix('Value error, ')}")
        raise Invalid("the switch's settings need a correction:\n  " + "\n  ".join(lines)) from None
