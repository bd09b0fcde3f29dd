"""Private DNS zones with their links and A records, and the resolvers that networks name as DNS servers."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from auditor.collect.source import Ask, Selection, Source, in_each_subscription
from auditor.model.estate import Estate
from auditor.model.resources.network import PrivateDnsZoneGroup, VirtualNetwork
from auditor.model.resources.private_dns import (
    ARecordSet,
    AzureFirewall,
    DnsResolver,
    FirewallPolicy,
    InboundEndpoint,
    PrivateDnsZone,
    ZoneLink,
)
from auditor.model.wire import Resource
from auditor.relate.owners import known
from auditor.relate.resolution import custom_servers

API_VERSION = "2024-06-01"
WHY = "the first stable version that shows resolutionPolicy"
RESOLVER_WHY = "the only stable version of the private resolver in every cloud"
FIREWALL_WHY = "as the other network types"


def _zones(estate: Estate, _selection: Selection) -> Iterable[Ask]:
    """Zones live in a hub as a rule, so every subscription that can be seen is asked, audited or not."""
    for subscription in sorted({*estate.audited, *estate.visible}):
        path = f"{subscription}/providers/{PrivateDnsZone.ARM_TYPE}"
        yield Ask(scope=subscription, paths=(path,))


def _below_zones(segment: str) -> Callable[[Estate, Selection], Iterable[Ask]]:
    """Only of zones that can matter: others may hold the whole company's names."""

    def asks(estate: Estate, _selection: Selection) -> Iterable[Ask]:
        configs = (known(group.zones) or () for group in estate.listed(PrivateDnsZoneGroup))
        named = {known(config.zone) for group in configs for config in group}
        for zone in estate.listed(PrivateDnsZone):
            if zone.id in named or ".privatelink." in f".{zone.name.lower()}":
                yield Ask(scope=zone.id, paths=(f"{zone.id}/{segment}",))

    return asks


def _where_needed(of: type[Resource]) -> Callable[[Estate, Selection], Iterable[Ask]]:
    """What may stand behind a custom DNS server: not asked for where no network names one."""
    usual = in_each_subscription(of)

    def asks(estate: Estate, selection: Selection) -> Iterable[Ask]:
        if any(custom_servers(network) for network in estate.listed(VirtualNetwork)):
            yield from usual(estate, selection)

    return asks


def _inbound(estate: Estate, _selection: Selection) -> Iterable[Ask]:
    for resolver in estate.listed(DnsResolver):
        yield Ask(scope=resolver.id, paths=(f"{resolver.id}/inboundEndpoints",))


SOURCES = (
    Source(record=PrivateDnsZone, api_version=API_VERSION, why=WHY, asks=_zones),
    *(
        Source(
            record=of,
            api_version=API_VERSION,
            why=WHY,
            asks=_below_zones(of.ARM_TYPE.rpartition("/")[2]),
            requires=(PrivateDnsZone, PrivateDnsZoneGroup),
        )
        for of in (ZoneLink, ARecordSet)
    ),
    Source(
        record=DnsResolver,
        api_version="2022-07-01",
        why=RESOLVER_WHY,
        asks=_where_needed(DnsResolver),
        requires=(VirtualNetwork,),
    ),
    Source(
        record=InboundEndpoint,
        api_version="2022-07-01",
        why=RESOLVER_WHY,
        asks=_inbound,
        requires=(DnsResolver,),
    ),
    *(
        Source(
            record=of,
            api_version="2024-05-01",
            why=FIREWALL_WHY,
            asks=_where_needed(of),
            requires=(VirtualNetwork,),
        )
        for of in (AzureFirewall, FirewallPolicy)
    ),
)
