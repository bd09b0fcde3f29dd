"""The zones, endpoints and networks of the sample company that the DNS tests change."""

from __future__ import annotations

from copy import deepcopy

from auditor.model.declared import Declared, DeclaredWorkload
from auditor.sandbox.sample.company import AI_NETWORK, HUB_NETWORK, child, entry, within
from auditor.sandbox.sample.endpoints import SPOKE, zone_id
from auditor.sandbox.sample.network import HUB_VNET
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI, CLAIMS_SEARCH, CLAIMS_STORAGE
from tests.rules.world import World

OPENAI_ZONE = zone_id("privatelink.openai.azure.com")
SEARCH_ZONE = zone_id("privatelink.search.windows.net")
BLOB_ZONE = zone_id("privatelink.blob.core.windows.net")
API_ZONE = zone_id("privatelink.api.azureml.ms")
SPOKE_LINK = "link-vnet-norrland-ai-prod"
RECORD = "properties.aRecords"
FIREWALL_ADDRESS = "10.10.3.4"
RESOLVER_ADDRESS = "10.10.4.4"


def endpoint(name: str) -> str:
    return within(AI_NETWORK, "Microsoft.Network/privateEndpoints", name)


def interface(world: World, name: str) -> str:
    found: str = world.body(endpoint(name))["properties"]["networkInterfaces"][0]["id"]
    return found


def record(zone: str, name: str) -> str:
    return child(zone, "A", name)


def link(zone: str) -> str:
    return child(zone, "virtualNetworkLinks", SPOKE_LINK)


def second_zone(world: World, zone: str, *, group: str, linked_to: str | None = None) -> str:
    """Another zone of the same name, without records, in another resource group."""
    name = zone.rsplit("/", 1)[1]
    twin = within(group, "Microsoft.Network/privateDnsZones", name)
    body = deepcopy(world.body(zone))
    body["id"] = twin
    world.add(body)
    if linked_to:
        copied = deepcopy(world.body(link(zone)))
        copied["id"] = child(twin, "virtualNetworkLinks", SPOKE_LINK)
        copied["properties"]["virtualNetwork"]["id"] = linked_to
        world.add(copied)
    return twin


def pending(world: World, name: str, target: str) -> None:
    """An endpoint that neither side has approved."""
    status = "properties.privateLinkServiceConnectionState.status"
    properties = world.body(endpoint(name))["properties"]
    for requests in ("privateLinkServiceConnections", "manualPrivateLinkServiceConnections"):
        for number, _ in enumerate(properties[requests]):
            world.put(endpoint(name), f"properties.{requests}[{number}].{status}", "Pending")
    below = f"{target}/privateEndpointConnections/".lower()
    for found in [one for one in world.tenant["resources"] if one["id"].lower().startswith(below)]:
        if found["properties"]["privateEndpoint"]["id"].lower() == endpoint(name).lower():
            world.put(found["id"], status, "Pending")


def own_servers(world: World, *servers: str, network: str = SPOKE) -> None:
    world.put(network, "properties.dhcpOptions", {"dnsServers": list(servers)})


def resolver(world: World) -> None:
    """A private resolver in the hub."""
    rid = within(HUB_NETWORK, "Microsoft.Network/dnsResolvers", "dnspr-hub")
    world.add(
        entry(rid, location="swedencentral", properties={"virtualNetwork": {"id": HUB_VNET}}),
        entry(
            child(rid, "inboundEndpoints", "inbound"),
            properties={"ipConfigurations": [listening(RESOLVER_ADDRESS)]},
        ),
    )


def listening(address: str) -> dict[str, object]:
    subnet = child(HUB_VNET, "subnets", "management")
    return {"subnet": {"id": subnet}, "privateIpAddress": address}


def firewall(world: World, **dns: object) -> None:
    """An Azure Firewall in the hub, whose policy has these DNS settings."""
    policy = within(HUB_NETWORK, "Microsoft.Network/firewallPolicies", "afwp-hub")
    subnet = child(HUB_VNET, "subnets", "management")
    address = {"properties": {"privateIPAddress": FIREWALL_ADDRESS, "subnet": {"id": subnet}}}
    rid = within(HUB_NETWORK, "Microsoft.Network/azureFirewalls", "afw-hub")
    world.add(
        entry(policy, properties={"dnsSettings": dns}),
        entry(rid, properties={"firewallPolicy": {"id": policy}, "ipConfigurations": [address]}),
    )


CLAIMS_FROM_HUB = Declared(
    workloads=(
        DeclaredWorkload(
            name="claims",
            kind="on-your-data",
            openai=(CLAIMS_OPENAI,),
            search=(CLAIMS_SEARCH,),
            storage=(CLAIMS_STORAGE,),
            consumers=(child(HUB_VNET, "subnets", "management"),),
        ),
    )
)
