"""The sample tenant's private endpoints, their connections, addresses and names agree with each other."""

from __future__ import annotations

from collections import Counter
from ipaddress import ip_address, ip_network

import pytest

from auditor.sandbox.sample.company import AI_PROD, LEARNING_PLATFORM, SEARCH_PLATFORM, STRANGER
from tests.sandbox.sample_index import BY_ID, KNOWN_IDS, embedded, ending, of_type, parent_of, subscription_of

FOREIGN = {STRANGER, SEARCH_PLATFORM, LEARNING_PLATFORM}


def test_private_endpoint_names_an_existing_target_subnet_interface_and_offered_group() -> None:
    endpoints = of_type("Microsoft.Network/privateEndpoints")
    for endpoint in endpoints:
        properties = endpoint["properties"]
        links = (
            properties["privateLinkServiceConnections"] + properties["manualPrivateLinkServiceConnections"]
        )
        assert len(links) == 1, endpoint["id"]
        target = links[0]["properties"]["privateLinkServiceId"].lower()
        (group,) = links[0]["properties"]["groupIds"]
        assert target in BY_ID
        assert f"{target}/privatelinkresources/{group.lower()}" in BY_ID
        assert properties["subnet"]["id"].lower() in KNOWN_IDS
        assert [nic["id"].lower() in BY_ID for nic in properties["networkInterfaces"]] == [True]
    assert len(endpoints) == 20


def test_private_endpoint_of_ours_has_one_connection_on_its_target_in_the_same_state() -> None:
    for endpoint in of_type("Microsoft.Network/privateEndpoints"):
        properties = endpoint["properties"]
        (link,) = (
            properties["privateLinkServiceConnections"] + properties["manualPrivateLinkServiceConnections"]
        )
        mirrors = [
            c
            for c in ending("/privateEndpointConnections")
            if c["properties"]["privateEndpoint"]["id"].lower() == endpoint["id"].lower()
        ]
        assert [parent_of(c["id"]) for c in mirrors] == [link["properties"]["privateLinkServiceId"].lower()]
        state = link["properties"]["privateLinkServiceConnectionState"]
        assert mirrors[0]["properties"]["privateLinkServiceConnectionState"] == state


def test_connection_comes_from_an_endpoint_of_ours_or_a_deliberately_foreign_one() -> None:
    requesters = Counter[str]()
    for connection in ending("/privateEndpointConnections"):
        assert parent_of(connection["id"]) in BY_ID, connection["id"]
        endpoint_id = connection["properties"]["privateEndpoint"]["id"]
        owner = subscription_of(endpoint_id)
        requesters[owner] += 1
        assert owner in FOREIGN or endpoint_id.lower() in BY_ID, connection["id"]
    assert requesters == {AI_PROD: 20, SEARCH_PLATFORM: 3, LEARNING_PLATFORM: 14, STRANGER: 1}


@pytest.mark.parametrize(
    ("service", "present", "absent"),
    [
        ("Microsoft.CognitiveServices/accounts", "groupIds", "groupId"),
        ("Microsoft.Search/searchServices", "groupId", "groupIds"),
        ("Microsoft.Storage/storageAccounts", "privateEndpoint", "groupIds"),
        ("Microsoft.Storage/storageAccounts", "privateEndpoint", "groupId"),
        ("Microsoft.KeyVault/vaults", "privateEndpoint", "groupIds"),
    ],
)
def test_connection_tells_its_group_as_its_provider_does(service: str, present: str, absent: str) -> None:
    connections = of_type(f"{service}/privateEndpointConnections")
    assert connections
    for connection in connections:
        assert present in connection["properties"]
        assert absent not in connection["properties"]


def test_pending_connections_are_ours_on_hr_storage_and_the_strangers_on_claims_openai() -> None:
    pending = {
        (
            parent_of(c["id"]).rsplit("/", 1)[1],
            subscription_of(c["properties"]["privateEndpoint"]["id"]),
        )
        for c in ending("/privateEndpointConnections")
        if c["properties"]["privateLinkServiceConnectionState"]["status"] == "Pending"
    }
    assert pending == {("stnorrlandhr", AI_PROD), ("oai-norrland-claims", STRANGER)}


def test_approved_platform_connection_is_explained_by_a_link_or_an_active_rule() -> None:
    explained = {
        link["properties"]["privateLinkResourceId"].lower()
        for link in of_type("Microsoft.Search/searchServices/sharedPrivateLinkResources")
        if link["properties"]["status"] == "Approved"
    } | {
        rule["properties"]["destination"]["serviceResourceId"].lower()
        for rule in of_type("Microsoft.MachineLearningServices/workspaces/outboundRules")
        if rule["properties"]["type"] == "PrivateEndpoint" and rule["properties"]["status"] == "Active"
    }
    for connection in ending("/privateEndpointConnections"):
        if subscription_of(connection["properties"]["privateEndpoint"]["id"]) in {
            SEARCH_PLATFORM,
            LEARNING_PLATFORM,
        }:
            assert parent_of(connection["id"]) in explained


def test_interface_address_lies_in_its_subnet_and_is_used_once() -> None:
    prefixes = {
        obj["id"].lower(): ip_network(obj["properties"]["addressPrefix"])
        for obj in embedded(of_type("Microsoft.Network/virtualNetworks"))
        if "addressPrefix" in obj["properties"]
    }
    addresses: list[str] = []
    for interface in of_type("Microsoft.Network/networkInterfaces"):
        for configuration in interface["properties"]["ipConfigurations"]:
            address = configuration["properties"]["privateIPAddress"]
            addresses.append(address)
            assert ip_address(address) in prefixes[configuration["properties"]["subnet"]["id"].lower()]
    assert len(addresses) == len(set(addresses)) > 0


def test_zone_group_records_equal_the_zones_own_and_the_interfaces_addresses() -> None:
    held = {
        (parent_of(record["id"]), record["name"]): [
            a["ipv4Address"] for a in record["properties"]["aRecords"]
        ]
        for record in of_type("Microsoft.Network/privateDnsZones/A")
    }
    written = {}
    for group in of_type("Microsoft.Network/privateEndpoints/privateDnsZoneGroups"):
        endpoint = BY_ID[parent_of(group["id"])]
        interface = BY_ID[endpoint["properties"]["networkInterfaces"][0]["id"].lower()]
        own = {c["properties"]["privateIPAddress"] for c in interface["properties"]["ipConfigurations"]}
        for configuration in group["properties"]["privateDnsZoneConfigs"]:
            zone = configuration["properties"]["privateDnsZoneId"].lower()
            for record in configuration["properties"]["recordSets"]:
                assert set(record["ipAddresses"]) <= own
                written[zone, record["recordSetName"]] = record["ipAddresses"]
    by_hand = held.keys() - written.keys()
    assert {name: held[zone, name] for zone, name in by_hand} == {"srch-norrland-hr": ["10.40.1.18"]}
    assert written == {key: held[key] for key in written}


def test_required_zone_exists_and_is_linked_to_hub_and_spoke() -> None:
    zones = {zone["name"]: zone["id"].lower() for zone in of_type("Microsoft.Network/privateDnsZones")}
    vnets = {vnet["id"].lower() for vnet in of_type("Microsoft.Network/virtualNetworks")}
    required = {
        name for r in ending("/privateLinkResources") for name in r["properties"]["requiredZoneNames"]
    }
    assert required == set(zones)
    for zone in zones.values():
        linked = {
            link["properties"]["virtualNetwork"]["id"].lower()
            for link in of_type("Microsoft.Network/privateDnsZones/virtualNetworkLinks")
            if parent_of(link["id"]) == zone
        }
        assert linked == vnets
