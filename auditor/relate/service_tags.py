"""What the prefixes and service tags of a security rule hold of one end of a flow: surely, and perhaps.

ARM does not say which addresses a service tag stands for. Three can be told: VirtualNetwork (the network's
own space, that of its peers and the address of the host), Internet (public addresses outside it) and
AzureLoadBalancer (the address of the host). Whether any other holds an address stays open.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

from auditor.relate.prefixes import (
    EVERYTHING,
    PRIVATE,
    Prefix,
    common,
    difference,
    holds,
    merged,
    parsed,
    without,
)

# https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
HOST: tuple[Prefix, ...] = (ip_network("168.63.129.16/32"),)
_NOT_PUBLIC: tuple[Prefix, ...] = (
    *PRIVATE,
    *HOST,
    *(ip_network(text) for text in ("127.0.0.0/8", "169.254.0.0/16", "::1/128", "fe80::/10")),
)
_VIRTUAL_NETWORK = "virtualnetwork"
_INTERNET = "internet"
_LOAD_BALANCER = "azureloadbalancer"
# These stand for no public service, so the tag Internet does not hold them.
_NOT_SERVICES = frozenset({_VIRTUAL_NETWORK, _LOAD_BALANCER, "azureplatformdns", "azureplatformimds"})


@dataclass(frozen=True, slots=True)
class Tag:
    """A service tag, such as `AzureActiveDirectory` or `Storage.WestEurope`."""

    name: str

    @property
    def key(self) -> str:
        return self.name.casefold()

    def __str__(self) -> str:
        return self.name


End = IPv4Network | IPv6Network | Tag


@dataclass(frozen=True, slots=True)
class Element:
    """One thing that a side of a rule names: everything, a prefix, a tag, or (all None) nobody knows what."""

    everything: bool = False
    prefix: Prefix | None = None
    tag: Tag | None = None


UNNAMED = Element()


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the tag VirtualNetwork holds: `known` surely, `possible` perhaps as well (networks on premises
    behind a gateway, prefixes of user-defined routes). By default nothing is known of it."""

    known: tuple[Prefix, ...] = ()
    possible: tuple[Prefix, ...] = EVERYTHING


NOTHING_KNOWN = Surroundings()


def element(text: str) -> Element:
    if text.strip() == "*":
        return Element(everything=True)
    if (prefix := parsed(text)) is not None:
        return Element(prefix=prefix)
    return Element(tag=Tag(text.strip()))


def cut(
    end: End, elements: Iterable[Element], surroundings: Surroundings
) -> tuple[tuple[End, ...], tuple[End, ...]]:
    """The parts of an end that the elements surely hold, and those they hold surely or perhaps."""
    sure: list[End] = []
    every: list[End] = []
    for one in elements:
        certain, possible = (
            _of_tag(end, one, surroundings) if isinstance(end, Tag) else _of_prefix(end, one, surroundings)
        )
        sure.extend(certain)
        every.extend((*certain, *possible))
    return tuple(sure), tuple(every)


def shared(one: End, other: End) -> End | None:
    """What two ends have in common; a tag has something only with itself."""
    if isinstance(one, Tag) or isinstance(other, Tag):
        return one if one == other else None
    return common(one, other)


def take_out(whole: End, taken: End) -> tuple[End, ...]:
    if isinstance(whole, Tag) or isinstance(taken, Tag):
        return () if whole == taken else (whole,)
    return without(whole, taken)


_Held = tuple[tuple[End, ...], tuple[End, ...]]


def _of_prefix(end: Prefix, one: Element, surroundings: Surroundings) -> _Held:
    if one.everything:
        return (end,), ()
    if one.prefix is not None:
        found = common(end, one.prefix)
        return ((found,) if found is not None else ()), ()
    key = one.tag.key if one.tag else ""
    if key == _VIRTUAL_NETWORK:
        return _within(end, (*surroundings.known, *HOST)), _within(end, surroundings.possible)
    if key == _LOAD_BALANCER:
        return _within(end, HOST), ()
    if key == _INTERNET:
        public = difference((end,), (*surroundings.known, *_NOT_PUBLIC))
        return difference(public, surroundings.possible), public
    return (), (end,)


def _of_tag(end: Tag, one: Element, surroundings: Surroundings) -> _Held:
    if one.everything:
        return (end,), ()
    if one.prefix is not None:
        return _of_service(end, one.prefix)
    if one.tag is None:
        return (), (end,)
    key = one.tag.key
    if end.key == key or end.key.startswith(f"{key}."):
        return (end,), ()
    if key == _INTERNET and end.key not in _NOT_SERVICES:
        return (end,), ()
    if key == _VIRTUAL_NETWORK and any(not _is_private(prefix) for prefix in surroundings.possible):
        return (), (end,)
    # Different services are taken to share no address; a region is a part, and AzureCloud holds most of them.
    is_part = key.startswith(f"{end.key}.") or "azurecloud" in (key.split(".")[0], end.key.split(".")[0])
    return (), ((end,) if is_part or end.key in _NOT_SERVICES else ())


def _of_service(end: Tag, prefix: Prefix) -> _Held:
    if prefix == EVERYTHING[0]:
        return (end,), ()
    return (), (() if _is_private(prefix) and end.key not in _NOT_SERVICES else (end,))


def _within(end: Prefix, prefixes: Iterable[Prefix]) -> tuple[Prefix, ...]:
    return merged(found for prefix in prefixes if (found := common(end, prefix)) is not None)


def _is_private(prefix: Prefix) -> bool:
    return any(holds(block, prefix) for block in PRIVATE)
