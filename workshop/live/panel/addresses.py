"""The addresses by which phones in the room can reach this machine.

Asked of the operating system alone: nothing leaves the machine.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import ipaddress
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

#: Interfaces that no phone in the room is on: containers, virtual machines, tunnels.
VIRTUAL = ("docker", "br-", "veth", "virbr", "vmnet", "vboxnet", "vnic", "tun", "tap", "utun", "wg", "zt", "tailscale")
#: For documentation only (RFC 5737): choosing a route to it sends nothing.
NOWHERE = ("192.0.2.1", 9)
IFF_UP = 1


@dataclass(frozen=True, slots=True)
class Address:
    """One IPv4 address of this machine.

    Args:
        ip: dotted.
        interface: its name, '' where the system does not tell.
        virtual: belongs to a container, a virtual machine or a tunnel: phones rarely reach it.
        main: the one that traffic to the network takes.
    """

    ip: str
    interface: str = ""
    virtual: bool = False
    main: bool = False


def lan_addresses() -> list[Address]:
    """All IPv4 addresses but loopback: the main one first, virtual ones last, each group in the system's order."""
    main = _main_ip()
    found: dict[str, str] = {}
    for name, ip in _interfaces():
        found.setdefault(ip, name)
    if main:
        found.setdefault(main, "")
    addresses = [
        Address(ip, name, virtual=name.lower().startswith(VIRTUAL), main=ip == main)
        for ip, name in found.items()
        if _reachable(ip)
    ]
    return sorted(addresses, key=lambda address: (address.virtual, not address.main, _self_given(address.ip)))


def _reachable(ip: str) -> bool:
    address = ipaddress.ip_address(ip)
    return not (address.is_loopback or address.is_unspecified or address.is_multicast)


def _self_given(ip: str) -> bool:
    """169.254.…: the interface found nobody to give it an address."""
    return ipaddress.ip_address(ip).is_link_local


def _main_ip() -> str:
    """The address of the route out of this machine, '' without a network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(NOWHERE)
            return str(probe.getsockname()[0])
        except OSError:
            return ""


def _interfaces() -> Iterator[tuple[str, str]]:
    """``(interface, ip)`` pairs; on Windows, which has no getifaddrs, the addresses of the host's own name."""
    if sys.platform == "win32":
        yield from (("", ip) for ip in _addresses_of_own_name())
        return
    try:
        yield from _getifaddrs()
    except (OSError, AttributeError):
        yield from (("", ip) for ip in _addresses_of_own_name())


def _addresses_of_own_name() -> list[str]:
    try:
        return socket.gethostbyname_ex(socket.gethostname())[2]
    except OSError:
        return []


class _IfAddrs(ctypes.Structure):
    """The beginning of ``struct ifaddrs``, the same on Linux, macOS and the BSDs."""


_IfAddrs._fields_ = [
    ("next", ctypes.POINTER(_IfAddrs)),
    ("name", ctypes.c_char_p),
    ("flags", ctypes.c_uint),
    ("address", ctypes.POINTER(ctypes.c_ubyte * 8)),
]


@cache
def _libc() -> ctypes.CDLL:
    """Looked for once: on Linux finding it starts another program."""
    return ctypes.CDLL(ctypes.util.find_library("c"), use_errno=True)


def _getifaddrs() -> list[tuple[str, str]]:
    """``getifaddrs(3)`` through ctypes."""
    libc = _libc()
    first = ctypes.POINTER(_IfAddrs)()
    if libc.getifaddrs(ctypes.byref(first)) != 0:
        raise OSError(ctypes.get_errno(), "getifaddrs")
    try:
        return list(_walk(first))
    finally:
        libc.freeifaddrs(first)


def _walk(node: ctypes._Pointer[_IfAddrs]) -> Iterator[tuple[str, str]]:
    # Linux begins a socket address with a 16-bit family; the BSDs with a length byte and an 8-bit family.
    family_at = 0 if sys.platform == "linux" else 1
    while bool(node):  # false for a null pointer
        entry = node.contents
        if entry.flags & IFF_UP and entry.address and entry.address.contents[family_at] == socket.AF_INET:
            yield entry.name.decode(errors="replace"), socket.inet_ntoa(bytes(entry.address.contents[4:8]))
        node = entry.next


def is_local(host: str) -> bool:
    """Whether a host name only means "this machine", so that no phone gets anywhere by it."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
