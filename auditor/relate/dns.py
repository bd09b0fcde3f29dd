"""How the names of a private endpoint are answered: name → zone → record → address, link by link.

A public name such as `oai.openai.azure.com` is an alias of `oai.privatelink.openai.azure.com`; a private zone
that holds the latter, linked to the caller's network, answers with the endpoint's address.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from auditor.model.estate import Estate
from auditor.model.finding import Evidence, NotRead, Undecided
from auditor.model.ids import ArmId, same_text
from auditor.model.private_link import ZONES, needs_of
from auditor.model.reasons import Reason
from auditor.model.resources.network import NetworkInterface, PrivateDnsZoneGroup, PrivateEndpoint, ZoneConfig
from auditor.model.resources.private_dns import ARecordSet, PrivateDnsZone, ZoneLink
from auditor.model.wire import Resource
from auditor.relate.owners import known

READS: tuple[type[Resource], ...] = (
    PrivateEndpoint,
    NetworkInterface,
    PrivateDnsZoneGroup,
    PrivateDnsZone,
    ZoneLink,
    ARecordSet,
)

_PREFIX = "privatelink."
# The one service whose private zone is not its public suffix behind the prefix.
_PUBLIC_OTHERWISE: Mapping[str, str] = {"vaultcore.": "vault."}


def _public_suffix(zone: str) -> str:
    bare = zone.removeprefix(_PREFIX)
    for private, public in _PUBLIC_OTHERWISE.items():
        if bare.startswith(private):
            return public + bare.removeprefix(private)
    return bare


_ZONE_OF_SUFFIX: Mapping[str, str] = {
    _public_suffix(zone): zone for need in ZONES for zones in need.zones.values() for zone in zones
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedName:
    """A name that an endpoint serves, lower case without the final dot, and the addresses it must lead to.

    `zone` is the private zone that should hold it and `alias` the name inside that zone's domain; both None
    where the name has no suffix that is known.
    """

    fqdn: str
    addresses: frozenset[str]
    zone: str | None
    alias: str | None
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NeededZone:
    """A zone that an endpoint needs: any one of `names`.

    Not `is_sure`: no official page confirms the name in this cloud and the endpoint serves no name in it, or
    several names are in use.
    """

    names: tuple[str, ...]
    is_sure: bool

    @property
    def said(self) -> str:
        return " or ".join(self.names)


def zone_of(fqdn: str) -> tuple[str, str] | None:
    """The private zone of a public name and the alias in it; None where no suffix is known.

    >>> zone_of("kv.vault.azure.net")
    ('privatelink.vaultcore.azure.net', 'kv.privatelink.vaultcore.azure.net')
    """
    labels = fqdn.lower().rstrip(".").split(".")
    for cut in range(1, len(labels)):
        zone = _ZONE_OF_SUFFIX.get(".".join(labels[cut:]))
        if zone is not None:
            return zone, ".".join((*labels[:cut], zone))
    return None


def served_names(estate: Estate, endpoint: PrivateEndpoint) -> tuple[ServedName, ...]:
    """The names that an endpoint serves, from itself or else from its network interfaces, ordered by name.

    An endpoint with a zone group often shows no customDnsConfigs at all. Raises NotRead where its
    interfaces were not read, Undecided where nothing tells a name.
    """
    found: dict[str, tuple[set[str], list[Evidence]]] = {}
    for fqdn, addresses, seen in (*_from_configs(endpoint),) or (*_from_interfaces(estate, endpoint),):
        into = found.setdefault(fqdn.lower().rstrip("."), (set(), []))
        into[0].update(addresses)
        into[1].extend(seen)
    if not found:
        said = f"{endpoint.name} names no host: neither customDnsConfigs nor its network interfaces tell one"
        raise Undecided(said, Reason.HIDDEN, evidence=(endpoint.custom_dns_configs.evidence(),))
    return tuple(_served(fqdn, addresses, evidence) for fqdn, (addresses, evidence) in sorted(found.items()))


def needed_zones(
    cloud: str, target: ArmId, kind: str | None, groups: Iterable[str], names: Iterable[ServedName] | None
) -> tuple[NeededZone, ...]:
    """The zones that an endpoint needs: those of its names, and those of the table for its groups.

    `names` None: they could not be read. An OpenAI account whose endpoint serves no cognitiveservices name
    does not need that zone: kind OpenAI is called by its openai name alone.
    """
    known_names = tuple(names or ())
    by_name = {one.zone for one in known_names if one.zone is not None}
    is_openai = bool(by_name) and same_text(kind or "", "OpenAI")
    found: dict[tuple[str, ...], NeededZone] = {
        (zone,): NeededZone(names=(zone,), is_sure=True) for zone in sorted(by_name)
    }
    for group in groups:
        for need in needs_of(target.resource_type or "", group.lower().removesuffix("_secondary"), kind):
            zones = need.zones.get(cloud, ())
            is_spare = is_openai and not need.kinds
            contested = cloud in need.contested
            for choice in (zones,) if contested else ((zone,) for zone in zones):
                if choice and by_name.isdisjoint(choice) and not is_spare:
                    is_sure = not contested and cloud not in need.unconfirmed
                    found.setdefault(choice, NeededZone(names=choice, is_sure=is_sure))
    return tuple(found.values())


def zones_named(estate: Estate, *names: str) -> tuple[PrivateDnsZone, ...]:
    """Every zone of these names that could be read, wherever it lies, ordered by id. Silent about gaps."""
    wanted = {name.lower() for name in names}
    return tuple(zone for zone in estate.listed(PrivateDnsZone) if zone.name.lower() in wanted)


def zones_holding(estate: Estate, name: ServedName) -> tuple[PrivateDnsZone, ...]:
    """Every zone in which the name's record may stand, the narrowest first: one for a region, say.

    Empty where its suffix is not known. Silent about gaps.
    """
    if name.zone is None or name.alias is None:
        return ()
    base, alias = f".{name.zone}", f".{name.alias}"
    found = [
        zone
        for zone in estate.listed(PrivateDnsZone)
        if f".{zone.name.lower()}".endswith(base) and alias.endswith(f".{zone.name.lower()}")
    ]
    return tuple(sorted(found, key=lambda zone: (-len(zone.name), zone.id.key)))


def record_in(estate: Estate, zone: PrivateDnsZone, alias: str) -> ARecordSet | None:
    """The A record set that answers a name in a zone, a wildcard if there is no other. Raises NotRead."""
    rows = {row.name.lower(): row for row in estate.children(ARecordSet, zone.id)}
    relative = alias.lower().removesuffix(zone.name.lower()).rstrip(".")
    labels = relative.split(".") if relative else []
    wildcards = (".".join(("*", *labels[cut:])) for cut in range(1, len(labels) + 1))
    return next((rows[name] for name in (relative or "@", *wildcards) if name in rows), None)


def link_to(estate: Estate, zone: PrivateDnsZone, network: ArmId) -> ZoneLink | None:
    """The zone's link to a network; None where its links were read and hold none.

    Raises NotRead where they were not, Undecided where one that cannot be read might be it.
    """
    links = estate.children(ZoneLink, zone.id)
    for link in links:
        if known(link.network) == network:
            return link
    for link in links:
        _ = link.network.value
    return None


def linked_zone(
    estate: Estate, zones: Iterable[PrivateDnsZone], network: ArmId
) -> tuple[PrivateDnsZone, ZoneLink] | None:
    """The first of these zones that is linked to the network; None where none is.

    Raises NotRead or Undecided where a zone whose links could not be read might be it.
    """
    doubt: Undecided | None = None
    for zone in zones:
        try:
            link = link_to(estate, zone, network)
        except Undecided as undecided:
            doubt = doubt or undecided
            continue
        if link is not None:
            return zone, link
    if doubt is not None:
        raise doubt
    return None


def zone_configs(estate: Estate, endpoint: PrivateEndpoint) -> tuple[ZoneConfig, ...]:
    """Every zone that the endpoint's zone groups write into. Raises NotRead."""
    groups = estate.children(PrivateDnsZoneGroup, endpoint.id)
    return tuple(config for group in groups for config in group.zones.value)


def zone_elsewhere(estate: Estate, endpoint: PrivateEndpoint, names: Iterable[str]) -> Undecided | None:
    """Why a zone of these names that was not found may still be there; None where it is not.

    Either a list of zones could not be read, or the endpoint's own zone group names a zone out of sight.
    """
    wanted = {name.lower() for name in names}
    try:
        named = [known(config.zone) for config in zone_configs(estate, endpoint)]
    except Undecided:
        named = []
    for rid in named:
        if rid is not None and rid.name.lower() in wanted:
            try:
                estate.find(PrivateDnsZone, rid)
            except NotRead as unread:
                return unread
    return next((NotRead(gap) for gap in estate.gaps(PrivateDnsZone)), None)


def _served(fqdn: str, addresses: set[str], evidence: list[Evidence]) -> ServedName:
    zone, alias = zone_of(fqdn) or (None, None)
    return ServedName(
        fqdn=fqdn,
        addresses=frozenset(addresses),
        zone=zone,
        alias=alias,
        evidence=tuple({(seen.resource, seen.path): seen for seen in evidence}.values()),
    )


_Said = tuple[str, tuple[str, ...], tuple[Evidence, ...]]


def _from_configs(endpoint: PrivateEndpoint) -> Iterator[_Said]:
    for config in endpoint.custom_dns_configs.value:
        fqdn, addresses = config.fqdn.value, config.ip_addresses.value
        if fqdn and addresses:
            yield fqdn, addresses, (config.fqdn.evidence(), config.ip_addresses.evidence())


def _from_interfaces(estate: Estate, endpoint: PrivateEndpoint) -> Iterator[_Said]:
    for rid in endpoint.interfaces.value:
        interface = estate.find(NetworkInterface, rid)
        for configuration in interface.ip_configurations.value if interface else ():
            address = configuration.private_ip_address
            for fqdn in configuration.fqdns.value if address.value else ():
                yield fqdn, (address.value or "",), (configuration.fqdns.evidence(), address.evidence())
