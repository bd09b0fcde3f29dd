"""Private endpoints with their interfaces and DNS zone groups; virtual networks with their subnets."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.collect.source import Ask, Embedded, Selection, Source, below_each, in_each_subscription
from auditor.model.estate import Estate
from auditor.model.ids import ArmId
from auditor.model.resources.network import (
    NetworkInterface,
    PrivateDnsZoneGroup,
    PrivateEndpoint,
    Subnet,
    VirtualNetwork,
)
from auditor.relate.targets import CONNECTION_TYPES

API_VERSION = "2024-05-01"
WHY = "the catalogue's floor: privateEndpointNetworkPolicies with its four values"


def _named_by_connections(estate: Estate, _selection: Selection) -> Iterable[Ask]:
    """Endpoints that a connection names in subscriptions that are visible but not audited."""
    named = set[ArmId]()
    for of in CONNECTION_TYPES:
        for connection in estate.listed(of):
            fact = connection.private_endpoint
            if not fact.is_malformed and fact.value is not None:
                named.add(fact.value)
    for rid in sorted(named):
        if rid.subscription in estate.visible and rid.subscription not in estate.audited:
            yield Ask(scope=rid, paths=(rid.text,), single=True)


SOURCES = (
    Source(
        record=PrivateEndpoint,
        api_version=API_VERSION,
        why=WHY,
        asks=in_each_subscription(PrivateEndpoint),
    ),
    Source(
        record=PrivateEndpoint,
        api_version=API_VERSION,
        why=WHY,
        asks=_named_by_connections,
        after=CONNECTION_TYPES,
        late=True,
    ),
    Source(
        record=NetworkInterface,
        api_version=API_VERSION,
        why=WHY,
        asks=in_each_subscription(NetworkInterface),
    ),
    Source(
        record=PrivateDnsZoneGroup,
        api_version=API_VERSION,
        why=WHY,
        asks=below_each(PrivateDnsZoneGroup, PrivateEndpoint),
        requires=(PrivateEndpoint,),
    ),
    Source(
        record=VirtualNetwork,
        api_version=API_VERSION,
        why=WHY,
        asks=in_each_subscription(VirtualNetwork),
        embeds=(Embedded(record=Subnet, member="subnets"),),
    ),
)
