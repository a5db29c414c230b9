"""Whom a request comes from: the address of the connection, or what a proxy that we trust says of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """`address`: empty when it has none that we can read. `https`: it came encrypted."""

    address: str
    https: bool

    @property
    def network(self) -> str:
        """What one customer of a provider has to himself: an IPv4 address, an IPv6 /64."""
        address = _read(self.address)
        if isinstance(address, IPv6Address):
            return str(ip_network((address, 64), strict=False))
        return self.address


def peer_of(
    connected: str | None,
    scheme: str,
    forwarded_for: Sequence[str],
    forwarded_proto: str | None,
    trusted: Sequence[Network],
) -> Peer:
    """`forwarded_for`, `forwarded_proto`: the X-Forwarded headers, believed of a trusted proxy only.

    Each proxy adds who it was asked by at the end; so the client is the last one whom none of ours is.
    """
    here = _read(connected or "")
    https = scheme == "https"
    if here is None or not _among(here, trusted):
        return Peer(address="" if here is None else str(here), https=https)
    if forwarded_proto is not None:
        https = forwarded_proto.rpartition(",")[2].strip().lower() == "https"
    for text in reversed([part for line in forwarded_for for part in line.split(",")]):
        address = _read(text.strip())
        if address is None:
            break  # not an address: whoever wrote it, nothing before it can be believed
        here = address
        if not _among(here, trusted):
            break
    return Peer(address=str(here), https=https)


def _read(text: str) -> Address | None:
    """Also `[::1]`, `1.2.3.4:567` and `::ffff:1.2.3.4`, as proxies write them."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _among(address: Address, networks: Sequence[Network]) -> bool:
    return any(address.version == net.version and address in net for net in networks)
