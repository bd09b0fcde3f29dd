"""Private endpoints of the estate: endpoint, network interface, zone group, and the target's connection."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from auditor.sandbox.sample.company import (
    AI_NETWORK,
    HUB_DNS,
    LOCATION,
    ArmObject,
    child,
    entry,
    etag,
    guid,
    name_of,
    type_of,
    within,
)

SPOKE: Final = within(AI_NETWORK, "Microsoft.Network/virtualNetworks", "vnet-norrland-ai-prod")
ENDPOINT_SUBNET: Final = child(SPOKE, "subnets", "private-endpoints")

# Public suffix of a service's host names, and the private DNS zone that answers for it.
ZONE_OF_SUFFIX: Final = {
    "openai.azure.com": "privatelink.openai.azure.com",
    "cognitiveservices.azure.com": "privatelink.cognitiveservices.azure.com",
    "services.ai.azure.com": "privatelink.services.ai.azure.com",
    "search.windows.net": "privatelink.search.windows.net",
    "blob.core.windows.net": "privatelink.blob.core.windows.net",
    "file.core.windows.net": "privatelink.file.core.windows.net",
    "azurewebsites.net": "privatelink.azurewebsites.net",
    "api.azureml.ms": "privatelink.api.azureml.ms",
    "notebooks.azure.net": "privatelink.notebooks.azure.net",
    "vault.azure.net": "privatelink.vaultcore.azure.net",
    "azurecr.io": "privatelink.azurecr.io",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """A name that an endpoint answers for, and the address it answers at."""

    fqdn: str
    address: str
    member: str = "default"

    @property
    def zone(self) -> str:
        return ZONE_OF_SUFFIX[self._suffix]

    @property
    def record(self) -> str:
        return self.fqdn.removesuffix(f".{self._suffix}")

    @property
    def _suffix(self) -> str:
        return next(suffix for suffix in ZONE_OF_SUFFIX if self.fqdn.endswith(f".{suffix}"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One private endpoint of ours.

    ``approved`` False is a manual request that waits; ``dns_configs_shown`` False is an endpoint whose
    ``customDnsConfigs`` came back empty, so that only its network interface tells the names.
    ``recorded_at`` is the address that a record made by hand names; such an endpoint has no zone group.
    """

    name: str
    target: str
    group_id: str
    hosts: tuple[Host, ...]
    approved: bool = True
    request_message: str = ""
    dns_configs_shown: bool = True
    recorded_at: str | None = None
    subnet: str = field(default=ENDPOINT_SUBNET)

    @property
    def id(self) -> str:
        return within(AI_NETWORK, "Microsoft.Network/privateEndpoints", self.name)

    @property
    def interface(self) -> str:
        name = f"{self.name}.nic.{guid('nic', self.name)}"
        return within(AI_NETWORK, "Microsoft.Network/networkInterfaces", name)

    @property
    def state(self) -> ArmObject:
        if self.approved:
            return {"status": "Approved", "description": "Auto-Approved", "actionsRequired": "None"}
        return {"status": "Pending", "description": self.request_message, "actionsRequired": "None"}


def zone_id(zone: str) -> str:
    return within(HUB_DNS, "Microsoft.Network/privateDnsZones", zone)


def endpoint_entries(endpoint: Endpoint) -> Iterable[ArmObject]:
    """What one endpoint leaves in ARM: itself, its interface, its zone group, the target's connection."""
    yield _private_endpoint(endpoint)
    yield _network_interface(endpoint)
    if endpoint.recorded_at is None:
        yield zone_group(endpoint)
    yield connection(
        endpoint.target, endpoint.group_id, endpoint.id, state=endpoint.state, seed=endpoint.name
    )


def _private_endpoint(endpoint: Endpoint) -> ArmObject:
    link_id = child(endpoint.id, "privateLinkServiceConnections", f"{endpoint.name}-connection")
    link = entry(
        link_id,
        etag=etag(endpoint.id),
        properties={
            "provisioningState": "Succeeded",
            "privateLinkServiceId": endpoint.target,
            "groupIds": [endpoint.group_id],
            "privateLinkServiceConnectionState": endpoint.state,
        },
    )
    if not endpoint.approved:
        link["properties"]["requestMessage"] = endpoint.request_message
    shown = endpoint.hosts if endpoint.dns_configs_shown else ()
    return entry(
        endpoint.id,
        etag=etag(endpoint.id),
        location=LOCATION,
        properties={
            "provisioningState": "Succeeded",
            "resourceGuid": guid("resource", endpoint.id),
            "privateLinkServiceConnections": [link] if endpoint.approved else [],
            "manualPrivateLinkServiceConnections": [] if endpoint.approved else [link],
            "customNetworkInterfaceName": "",
            "subnet": {"id": endpoint.subnet},
            "ipConfigurations": [],
            "networkInterfaces": [{"id": endpoint.interface}],
            "customDnsConfigs": [{"fqdn": h.fqdn, "ipAddresses": [h.address]} for h in shown],
        },
    )


def _network_interface(endpoint: Endpoint) -> ArmObject:
    by_member: dict[tuple[str, str], list[str]] = {}
    for host in endpoint.hosts:
        by_member.setdefault((host.member, host.address), []).append(host.fqdn)
    configurations = [
        entry(
            child(endpoint.interface, "ipConfigurations", f"privateEndpointIpConfig.{number}"),
            properties={
                "provisioningState": "Succeeded",
                "privateIPAddress": address,
                "privateIPAllocationMethod": "Dynamic",
                "privateIPAddressVersion": "IPv4",
                "primary": number == 1,
                "subnet": {"id": endpoint.subnet},
                "privateLinkConnectionProperties": {
                    "groupId": endpoint.group_id,
                    "requiredMemberName": member,
                    "fqdns": fqdns,
                },
            },
        )
        for number, ((member, address), fqdns) in enumerate(by_member.items(), start=1)
    ]
    return entry(
        endpoint.interface,
        etag=etag(endpoint.interface),
        location=LOCATION,
        properties={
            "provisioningState": "Succeeded",
            "ipConfigurations": configurations,
            "dnsSettings": {"dnsServers": [], "appliedDnsServers": []},
            "enableAcceleratedNetworking": False,
            "enableIPForwarding": False,
            "privateEndpoint": {"id": endpoint.id},
            "nicType": "Standard",
        },
    )


def zone_group(endpoint: Endpoint) -> ArmObject:
    zones = list(dict.fromkeys(host.zone for host in endpoint.hosts))
    return entry(
        child(endpoint.id, "privateDnsZoneGroups", "default"),
        etag=etag(endpoint.id),
        properties={
            "provisioningState": "Succeeded",
            "privateDnsZoneConfigs": [_zone_config(endpoint, zone) for zone in zones],
        },
    )


def _zone_config(endpoint: Endpoint, zone: str) -> ArmObject:
    records = [
        {
            "recordType": "A",
            "recordSetName": host.record,
            "fqdn": f"{host.record}.{zone}",
            "ttl": 10,
            "provisioningState": "Succeeded",
            "ipAddresses": [host.address],
        }
        for host in endpoint.hosts
        if host.zone == zone
    ]
    return {
        "name": zone.replace(".", "-"),
        "properties": {"privateDnsZoneId": zone_id(zone), "recordSets": records},
    }


def connection(target: str, group_id: str, endpoint_id: str, *, state: ArmObject, seed: str) -> ArmObject:
    """A ``privateEndpointConnections`` child in the shape of the target's own provider.

    Cognitive Services lists ``groupIds``, Search names one ``groupId``, the others tell no group; each
    spells the connection's name in its own way.
    """
    properties: ArmObject = {
        "provisioningState": "Succeeded",
        "privateEndpoint": {"id": endpoint_id},
        "privateLinkServiceConnectionState": state,
    }
    service = type_of(target).lower()
    number = guid("connection", target, seed)
    owner = name_of(target)
    if service == "microsoft.cognitiveservices/accounts":
        properties["groupIds"] = [group_id]
        return entry(_connection_id(target, f"{seed}.{number}"), location=LOCATION, properties=properties)
    if service == "microsoft.search/searchservices":
        properties["groupId"] = group_id
        return entry(_connection_id(target, f"{seed}.{number}"), properties=properties)
    if service == "microsoft.web/sites":
        properties["ipAddresses"] = []
        return entry(
            _connection_id(target, f"{seed}-{number}"), location="Sweden Central", properties=properties
        )
    if service == "microsoft.keyvault/vaults":
        return entry(_connection_id(target, seed), properties=properties)
    if service == "microsoft.containerregistry/registries":
        return entry(_connection_id(target, f"{owner}.{number.replace('-', '')}"), properties=properties)
    return entry(_connection_id(target, f"{owner}.{number}"), properties=properties)


def _connection_id(target: str, name: str) -> str:
    return child(target, "privateEndpointConnections", name)


def private_link_resource(target: str, group_id: str, members: list[str], zones: list[str]) -> ArmObject:
    """What the target says about its own private link group: the authority on zone names."""
    return entry(
        child(target, "privateLinkResources", group_id),
        properties={"groupId": group_id, "requiredMembers": members, "requiredZoneNames": zones},
    )
