"""Hub and spoke: virtual networks, their subnets and peerings, network security groups.

Wrong on purpose, both in the endpoints' security group: an allow from a trial goes before the deny that
should stop all but the consumers, and a deny from a pilot before the allow that should let an application in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from auditor.sandbox.sample.company import (
    AI_NETWORK,
    HUB_NETWORK,
    LOCATION,
    RESOURCE_GROUPS,
    ArmObject,
    child,
    entry,
    etag,
    guid,
    name_of,
    within,
)
from auditor.sandbox.sample.endpoints import ENDPOINT_SUBNET, SPOKE, Endpoint

HUB_VNET: Final = within(HUB_NETWORK, "Microsoft.Network/virtualNetworks", "vnet-norrland-hub")
CLAIMS_APPS_SUBNET: Final = child(SPOKE, "subnets", "apps")
HR_APPS_SUBNET: Final = child(SPOKE, "subnets", "apps-hr")
CONTAINER_APPS_SUBNET: Final = child(SPOKE, "subnets", "container-apps")
AGENTS_SUBNET: Final = child(SPOKE, "subnets", "agents")

_NSG = "Microsoft.Network/networkSecurityGroups"
ENDPOINTS_NSG: Final = within(AI_NETWORK, _NSG, "nsg-private-endpoints")
_APPS_NSG: Final = within(AI_NETWORK, _NSG, "nsg-apps")
_CONTAINERS_NSG: Final = within(AI_NETWORK, _NSG, "nsg-container-apps")
_MANAGEMENT_NSG: Final = within(HUB_NETWORK, _NSG, "nsg-hub-management")
TRIAL_RULE: Final = "allow-copilot-trial"
SHADOWING_RULE: Final = "deny-hr-pilot"

_HUB_PREFIX: Final = "10.10.0.0/16"
_SPOKE_PREFIX: Final = "10.40.0.0/20"
_ENDPOINTS_PREFIX: Final = "10.40.1.0/24"
_APPS_PREFIX: Final = "10.40.2.0/26"
_HR_APPS_PREFIX: Final = "10.40.2.64/26"
_CONTAINERS_PREFIX: Final = "10.40.4.0/23"
_AGENTS_PREFIX: Final = "10.40.6.0/24"
VPN_CLIENTS_PREFIX: Final = "172.16.200.0/24"
# Of the endpoint of underwriting-copilot, whose module builds on this one.
_COPILOT_ENDPOINT: Final = "10.40.1.30/32"


def network_entries(endpoints: Sequence[Endpoint]) -> Iterable[ArmObject]:
    yield from (_resource_group(group_id) for group_id in RESOURCE_GROUPS)
    yield _hub()
    yield _spoke(endpoints)
    yield _security_group(ENDPOINTS_NSG, _endpoint_rules(), [ENDPOINT_SUBNET])
    yield _security_group(_APPS_NSG, [], [CLAIMS_APPS_SUBNET, HR_APPS_SUBNET])
    yield _security_group(_CONTAINERS_NSG, [], [CONTAINER_APPS_SUBNET, AGENTS_SUBNET])
    yield _security_group(_MANAGEMENT_NSG, [], [child(HUB_VNET, "subnets", "management")])


def _resource_group(group_id: str) -> ArmObject:
    return entry(group_id, location=LOCATION, tags={}, properties={"provisioningState": "Succeeded"})


def _subnet(
    vnet: str, name: str, prefix: str, *, nsg: str | None = None, delegated_to: str = ""
) -> ArmObject:
    properties: ArmObject = {
        "provisioningState": "Succeeded",
        "addressPrefix": prefix,
        "delegations": [],
        "privateEndpointNetworkPolicies": "Disabled",
        "privateLinkServiceNetworkPolicies": "Enabled",
        "defaultOutboundAccess": False,
    }
    subnet_id = child(vnet, "subnets", name)
    # A subnet without a security group lacks the key; Azure never sends a null here.
    if nsg:
        properties["networkSecurityGroup"] = {"id": nsg}
    if delegated_to:
        delegation = {"provisioningState": "Succeeded", "serviceName": delegated_to}
        properties["delegations"] = [
            entry(child(subnet_id, "delegations", "delegation"), properties=delegation)
        ]
    return entry(subnet_id, etag=etag(vnet), properties=properties)


def _peering(vnet: str, remote: str, remote_prefix: str, **gateway: bool) -> ArmObject:
    return entry(
        child(vnet, "virtualNetworkPeerings", f"to-{name_of(remote)}"),
        etag=etag(vnet),
        properties={
            "provisioningState": "Succeeded",
            "peeringState": "Connected",
            "peeringSyncLevel": "FullyInSync",
            "remoteVirtualNetwork": {"id": remote},
            "allowVirtualNetworkAccess": True,
            "allowForwardedTraffic": True,
            "allowGatewayTransit": False,
            "useRemoteGateways": False,
            "remoteAddressSpace": {"addressPrefixes": [remote_prefix]},
            **gateway,
        },
    )


def _vnet(
    vnet: str, prefix: str, subnets: list[ArmObject], peering: ArmObject, **members: ArmObject
) -> ArmObject:
    return entry(
        vnet,
        location=LOCATION,
        etag=etag(vnet),
        tags={},
        properties={
            "provisioningState": "Succeeded",
            "resourceGuid": guid("resource", vnet),
            "addressSpace": {"addressPrefixes": [prefix]},
            "subnets": subnets,
            "virtualNetworkPeerings": [peering],
            "enableDdosProtection": False,
            **members,
        },
    )


def _hub() -> ArmObject:
    subnets = [
        _subnet(HUB_VNET, "GatewaySubnet", "10.10.0.0/27"),
        _subnet(HUB_VNET, "management", "10.10.2.0/24", nsg=_MANAGEMENT_NSG),
    ]
    peering = _peering(HUB_VNET, SPOKE, _SPOKE_PREFIX, allowGatewayTransit=True)
    return _vnet(HUB_VNET, _HUB_PREFIX, subnets, peering, dhcpOptions={"dnsServers": []})


def _spoke(endpoints: Sequence[Endpoint]) -> ArmObject:
    web = "Microsoft.Web/serverFarms"
    private = _subnet(SPOKE, "private-endpoints", _ENDPOINTS_PREFIX, nsg=ENDPOINTS_NSG)
    private["properties"] |= {
        "privateEndpointNetworkPolicies": "Enabled",
        "privateEndpoints": [{"id": endpoint.id} for endpoint in endpoints],
    }
    subnets = [
        private,
        _subnet(SPOKE, "apps", _APPS_PREFIX, nsg=_APPS_NSG, delegated_to=web),
        _subnet(SPOKE, "apps-hr", _HR_APPS_PREFIX, nsg=_APPS_NSG, delegated_to=web),
        _subnet(
            SPOKE,
            "container-apps",
            _CONTAINERS_PREFIX,
            nsg=_CONTAINERS_NSG,
            delegated_to="Microsoft.App/environments",
        ),
        _subnet(
            SPOKE, "agents", _AGENTS_PREFIX, nsg=_CONTAINERS_NSG, delegated_to="Microsoft.App/environments"
        ),
    ]
    peering = _peering(SPOKE, HUB_VNET, _HUB_PREFIX, useRemoteGateways=True)
    return _vnet(SPOKE, _SPOKE_PREFIX, subnets, peering)


def _endpoint_rules() -> list[ArmObject]:
    apps = [_APPS_PREFIX, _HR_APPS_PREFIX, _CONTAINERS_PREFIX, _AGENTS_PREFIX]
    return [
        # Wrong: left from a trial, it goes before the deny and lets the whole network, peers and all, in.
        _rule(TRIAL_RULE, 120, "Allow", ["VirtualNetwork"], _COPILOT_ENDPOINT),
        # Wrong: the pilot is over and the subnet is in use; nobody reaches allow-apps from it any more.
        _rule(SHADOWING_RULE, 140, "Deny", [_HR_APPS_PREFIX]),
        _rule("allow-apps", 150, "Allow", apps),
        _rule("allow-vpn-clients", 160, "Allow", [VPN_CLIENTS_PREFIX]),
        _rule("deny-others", 200, "Deny", ["*"]),
    ]


def _rule(
    name: str, priority: int, access: str, sources: list[str], destination: str = _ENDPOINTS_PREFIX
) -> ArmObject:
    properties: ArmObject = {
        "provisioningState": "Succeeded",
        "protocol": "TCP",
        "sourcePortRange": "*",
        "destinationPortRange": "443",
        "destinationAddressPrefix": destination,
        "access": access,
        "priority": priority,
        "direction": "Inbound",
        "sourcePortRanges": [],
        "destinationPortRanges": [],
        "sourceAddressPrefixes": [],
        "destinationAddressPrefixes": [],
    }
    # With several prefixes Azure fills the plural list and leaves the singular key out.
    if len(sources) > 1:
        properties["sourceAddressPrefixes"] = sources
    else:
        properties["sourceAddressPrefix"] = sources[0]
    return entry(child(ENDPOINTS_NSG, "securityRules", name), properties=properties)


_DEFAULT_RULES: Final = (
    ("AllowVnetInBound", "Inbound", 65000, "Allow", "VirtualNetwork", "VirtualNetwork"),
    ("AllowAzureLoadBalancerInBound", "Inbound", 65001, "Allow", "AzureLoadBalancer", "*"),
    ("DenyAllInBound", "Inbound", 65500, "Deny", "*", "*"),
    ("AllowVnetOutBound", "Outbound", 65000, "Allow", "VirtualNetwork", "VirtualNetwork"),
    ("AllowInternetOutBound", "Outbound", 65001, "Allow", "*", "Internet"),
    ("DenyAllOutBound", "Outbound", 65500, "Deny", "*", "*"),
)


def _default_rules(nsg: str) -> list[ArmObject]:
    return [
        entry(
            child(nsg, "defaultSecurityRules", name),
            properties={
                "provisioningState": "Succeeded",
                "protocol": "*",
                "sourcePortRange": "*",
                "destinationPortRange": "*",
                "sourceAddressPrefix": source,
                "destinationAddressPrefix": destination,
                "access": access,
                "priority": priority,
                "direction": direction,
                "sourcePortRanges": [],
                "destinationPortRanges": [],
                "sourceAddressPrefixes": [],
                "destinationAddressPrefixes": [],
            },
        )
        for name, direction, priority, access, source, destination in _DEFAULT_RULES
    ]


def _security_group(nsg: str, rules: list[ArmObject], subnets: list[str]) -> ArmObject:
    return entry(
        nsg,
        location=LOCATION,
        etag=etag(nsg),
        properties={
            "provisioningState": "Succeeded",
            "resourceGuid": guid("resource", nsg),
            "securityRules": rules,
            "defaultSecurityRules": _default_rules(nsg),
            "subnets": [{"id": subnet} for subnet in subnets],
        },
    )
