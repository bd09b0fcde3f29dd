"""Address prefixes as sets: CIDR blocks either nest or do not meet, so differences are exact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network
from typing import cast

Prefix = IPv4Network | IPv6Network

EVERYTHING: tuple[Prefix, ...] = (ip_network("0.0.0.0/0"), ip_network("::/0"))
# RFC 1918, RFC 6598 and RFC 4193: what networks on premises are numbered with.
PRIVATE: tuple[Prefix, ...] = tuple(
    ip_network(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
)


def parsed(text: str) -> Prefix | None:
    """The prefix or single address that a text says; None where it says neither. Host bits are ignored."""
    try:
        return ip_network(text.strip(), strict=False)
    except ValueError:
        return None


def all_parsed(texts: Iterable[str]) -> tuple[Prefix, ...]:
    """Those of the texts that are prefixes."""
    return tuple(found for text in texts if (found := parsed(text)) is not None)


def common(one: Prefix, other: Prefix) -> Prefix | None:
    """What two prefixes share: the smaller of the two, or None."""
    if holds(one, other):
        return other
    return one if holds(other, one) else None


def holds(outer: Prefix, inner: Prefix) -> bool:
    if isinstance(outer, IPv4Network):
        return isinstance(inner, IPv4Network) and inner.subnet_of(outer)
    return isinstance(inner, IPv6Network) and inner.subnet_of(outer)


def without(whole: Prefix, taken: Prefix) -> tuple[Prefix, ...]:
    """What is left of a prefix when another is taken out of it."""
    if holds(taken, whole):
        return ()
    if not holds(whole, taken):
        return (whole,)
    return tuple(sorted(_excluded(whole, taken), key=_order))


def difference(whole: Iterable[Prefix], taken: Iterable[Prefix]) -> tuple[Prefix, ...]:
    """What is left of a set of prefixes when all of another set is taken out."""
    left = list(whole)
    for one in taken:
        left = [rest for prefix in left for rest in without(prefix, one)]
    return merged(left)


def merged(prefixes: Iterable[Prefix]) -> tuple[Prefix, ...]:
    """The same addresses in as few prefixes as possible, IPv4 first."""
    rows = tuple(prefixes)
    narrow = collapse_addresses(row for row in rows if isinstance(row, IPv4Network))
    wide = collapse_addresses(row for row in rows if isinstance(row, IPv6Network))
    return (*narrow, *wide)


def meets(prefix: Prefix, others: Iterable[Prefix]) -> bool:
    """Whether a prefix shares an address with any of the others."""
    return any(common(prefix, other) is not None for other in others)


def shown(prefixes: Iterable[Prefix], most: int = 3) -> str:
    """The first few, in words."""
    texts = [str(prefix) for prefix in prefixes]
    rest = f" and {len(texts) - most} more" if len(texts) > most else ""
    return ", ".join(texts[:most]) + rest


def _excluded(whole: Prefix, taken: Prefix) -> Iterator[Prefix]:
    if isinstance(whole, IPv4Network):
        yield from whole.address_exclude(cast("IPv4Network", taken))
    else:
        yield from whole.address_exclude(cast("IPv6Network", taken))


def _order(prefix: Prefix) -> tuple[int, int]:
    return int(prefix.network_address), prefix.prefixlen
