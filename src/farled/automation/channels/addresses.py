"""Which addresses a request of ours may go to: public ones, and private ones that an administrator allows."""

import ipaddress
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from farled.errors import InputError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], list[str]]

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_NAT64_LOCAL = ipaddress.ip_network("64:ff9b:1::/48")
_NEVER = tuple(
    map(
        ipaddress.ip_network,
        (
            "0.0.0.0/8",
            "192.0.0.0/24",
            "192.88.99.0/24",
            "100::/64",
            "2001::/23",
            "2001:db8::/32",
            "3fff::/20",
            "5f00::/16",
        ),
    )
)


class RefusedAddressError(InputError):
    """A request would go where it must not."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """A private target that an administrator allows: the name and the network must both fit.

    Attributes:
        host: As it stands in the address of the request.
        network: In which all its addresses lie.
    """

    host: str
    network: Network

    @classmethod
    def of(cls, host: str, network: str) -> "Allowed":
        """Read an entry of the settings.

        Raises:
            InputError: The network is none.
        """
        try:
            return cls(host.casefold(), ipaddress.ip_network(network))
        except ValueError as error:
            hint = "Write one such as 10.0.0.0/8 or fd00::/8."
            raise InputError(f"{network!r} is no network.", hint) from error


def targets(host: str, port: int, allowed: Iterable[Allowed] = (), resolve: Resolve | None = None) -> list[str]:
    """Resolve a host once, and return its addresses if a request may go to every one of them.

    Args:
        host: Name or address.
        port: Of the request.
        allowed: Private targets.
        resolve: Finds addresses; default: the system.

    Raises:
        RefusedAddressError: One of the addresses is neither public nor allowed.
        OSError: The host cannot be resolved.
    """
    found = (resolve or _system)(host, port)
    if not found:
        raise OSError(f"{host} has no address")
    networks = [entry.network for entry in allowed if entry.host == host.casefold()]
    for text in found:
        address = ipaddress.ip_address(text.partition("%")[0])
        if not is_public(address) and not any(address in network for network in networks):
            raise RefusedAddressError(
                f"{host} leads to {address}, which is not a public address.",
                "Allow it under alerts: private_targets: [{host: …, network: …}], if it is yours.",
            )
    return found


def is_public(address: Address) -> bool:
    """Return whether an address is on the public internet, after taking off what wraps an IPv4 address.

    >>> is_public(ipaddress.ip_address("::ffff:127.0.0.1")), is_public(ipaddress.ip_address("2606:4700::1111"))
    (False, True)
    """
    if isinstance(address, ipaddress.IPv6Address):
        wrapped = _wrapped(address)
        if wrapped is not None:
            return is_public(wrapped)
        if address in _NAT64_LOCAL or address.is_site_local:
            return False
    if any(address in network for network in _NEVER if network.version == address.version):
        return False
    special = address.is_multicast or address.is_reserved or address.is_unspecified or address.is_loopback
    return address.is_global and not special and not address.is_link_local and not address.is_private


def _wrapped(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address inside: mapped, 6to4, NAT64; of Teredo none is public, since it is in ``_NEVER``."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def _system(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))
