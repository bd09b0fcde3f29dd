"""Network security groups, route tables, and the ways into a network: gateways, connections, Bastion."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from auditor.collect.source import Ask, Selection, Source, in_each_subscription
from auditor.model.estate import Estate
from auditor.model.ids import ArmId
from auditor.model.resources.gateway import BastionHost, GatewayConnection, VirtualNetworkGateway
from auditor.model.resources.network import Subnet, VirtualNetwork
from auditor.model.resources.security_group import NetworkSecurityGroup, RouteTable
from auditor.model.wire import Resource
from auditor.relate.gateways import gateway_groups

API_VERSION = "2024-05-01"
WHY = "as the other network types"
GROUP_WHY = "as the other network types; ARM lists this one by resource group only"


def _in_gateway_groups(of: type[Resource]) -> Callable[[Estate, Selection], Iterable[Ask]]:
    """One list for each resource group that can hold a gateway: ARM has none for the subscription."""

    def asks(estate: Estate, _selection: Selection) -> Iterable[Ask]:
        groups = set[ArmId]()
        for subnet in estate.listed(Subnet):
            groups.update(gateway_groups(subnet))
        for group in sorted(groups):
            yield Ask(scope=group, paths=(f"{group}/providers/{of.ARM_TYPE}",))

    return asks


SOURCES = (
    *(
        Source(record=of, api_version=API_VERSION, why=WHY, asks=in_each_subscription(of))
        for of in (NetworkSecurityGroup, RouteTable, BastionHost)
    ),
    *(
        Source(
            record=of,
            api_version=API_VERSION,
            why=GROUP_WHY,
            asks=_in_gateway_groups(of),
            requires=(VirtualNetwork,),
        )
        for of in (VirtualNetworkGateway, GatewayConnection)
    ),
)
