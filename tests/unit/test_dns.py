"""auditor/relate/dns.py: names, zones and records."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.model.ids import ArmId
from auditor.model.private_link import CHINA, GOVERNMENT, PUBLIC, ZONES
from auditor.model.resources.network import PrivateEndpoint
from auditor.model.resources.private_dns import PrivateDnsZone
from auditor.relate.dns import (
    READS,
    NeededZone,
    ServedName,
    needed_zones,
    record_in,
    served_names,
    zone_of,
    zones_holding,
)
from auditor.sandbox.sample.endpoints import zone_id
from tests.rules.world import World, mended

LABEL = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True)
EVERY_ZONE = sorted({zone for need in ZONES for zones in need.zones.values() for zone in zones})
ACCOUNT = ArmId.parse("/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/a")
SEARCH = ArmId.parse("/subscriptions/s/resourceGroups/g/providers/Microsoft.Search/searchServices/a")
WORKSPACE = ArmId.parse(
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/a"
)
STORAGE = ArmId.parse("/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a")
VAULT = ArmId.parse("/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/a")


@pytest.mark.parametrize(
    ("fqdn", "zone", "alias"),
    [
        ("oai.openai.azure.com", "privatelink.openai.azure.com", "oai.privatelink.openai.azure.com"),
        ("OAI.OpenAI.Azure.com.", "privatelink.openai.azure.com", "oai.privatelink.openai.azure.com"),
        ("kv.vault.azure.net", "privatelink.vaultcore.azure.net", "kv.privatelink.vaultcore.azure.net"),
        ("kv.vault.azure.cn", "privatelink.vaultcore.azure.cn", "kv.privatelink.vaultcore.azure.cn"),
        ("cr.west.data.azurecr.io", "privatelink.azurecr.io", "cr.west.data.privatelink.azurecr.io"),
        (
            "*.guid.inference.west.api.azureml.ms",
            "privatelink.api.azureml.ms",
            "*.guid.inference.west.privatelink.api.azureml.ms",
        ),
        (
            "ml-w-west-guid.west.notebooks.azure.net",
            "privatelink.notebooks.azure.net",
            "ml-w-west-guid.west.privatelink.notebooks.azure.net",
        ),
        (
            "a-secondary.blob.core.windows.net",
            "privatelink.blob.core.windows.net",
            "a-secondary.privatelink.blob.core.windows.net",
        ),
    ],
)
def test_zone_of_known_suffix_is_its_privatelink_zone(fqdn: str, zone: str, alias: str) -> None:
    assert zone_of(fqdn) == (zone, alias)


@pytest.mark.parametrize("fqdn", ["", "openai.azure.com", "xopenai.azure.com", "a.example.org", "."])
def test_zone_of_other_name_is_none(fqdn: str) -> None:
    assert zone_of(fqdn) is None


@given(labels=st.lists(LABEL, min_size=1, max_size=4), zone=st.sampled_from(EVERY_ZONE))
def test_zone_of_any_name_keeps_its_labels_in_front_of_the_zone(labels: list[str], zone: str) -> None:
    host = ".".join(labels)
    suffix = zone.removeprefix("privatelink.").replace("vaultcore.", "vault.")
    found = zone_of(f"{host}.{suffix}")
    assert found is not None
    assert found[1].endswith(f".{found[0]}")
    assert found == (zone, f"{host}.{zone}")


def served(fqdn: str) -> ServedName:
    zone, alias = zone_of(fqdn) or (None, None)
    return ServedName(fqdn=fqdn, addresses=frozenset({"10.0.0.4"}), zone=zone, alias=alias, evidence=())


@pytest.mark.parametrize(
    ("cloud", "target", "kind", "group", "names", "needed"),
    [
        (PUBLIC, SEARCH, None, "SearchService", None, {("privatelink.search.windows.net",)}),
        (PUBLIC, STORAGE, None, "blob_secondary", None, {("privatelink.blob.core.windows.net",)}),
        (
            PUBLIC,
            WORKSPACE,
            None,
            "amlworkspace",
            None,
            {("privatelink.api.azureml.ms",), ("privatelink.notebooks.azure.net",)},
        ),
        (
            PUBLIC,
            ACCOUNT,
            "AIServices",
            "account",
            None,
            {
                ("privatelink.cognitiveservices.azure.com",),
                ("privatelink.openai.azure.com",),
                ("privatelink.services.ai.azure.com",),
            },
        ),
        (
            PUBLIC,
            ACCOUNT,
            "OpenAI",
            "account",
            ("a.openai.azure.com",),
            {("privatelink.openai.azure.com",)},
        ),
        (
            PUBLIC,
            ACCOUNT,
            "OpenAI",
            "account",
            ("a.cognitiveservices.azure.com",),
            {("privatelink.cognitiveservices.azure.com",), ("privatelink.openai.azure.com",)},
        ),
        (
            PUBLIC,
            ACCOUNT,
            "ContentSafety",
            "account",
            None,
            {("privatelink.cognitiveservices.azure.com",)},
        ),
        (
            GOVERNMENT,
            SEARCH,
            None,
            "searchService",
            None,
            {("privatelink.search.windows.us", "privatelink.search.azure.us")},
        ),
        (
            GOVERNMENT,
            SEARCH,
            None,
            "searchService",
            ("a.search.azure.us",),
            {("privatelink.search.azure.us",)},
        ),
        ("elsewhere", VAULT, None, "vault", None, set()),
        ("elsewhere", VAULT, None, "vault", ("a.vault.azure.net",), {("privatelink.vaultcore.azure.net",)}),
        (PUBLIC, SEARCH, None, "unheardOf", None, set()),
    ],
)
def test_needed_zones_come_from_names_and_table(
    cloud: str,
    target: ArmId,
    kind: str | None,
    group: str,
    names: tuple[str, ...] | None,
    needed: set[tuple[str, ...]],
) -> None:
    told = None if names is None else [served(fqdn) for fqdn in names]
    assert {need.names for need in needed_zones(cloud, target, kind, [group], told)} == needed


@pytest.mark.parametrize(("names", "is_sure"), [(None, False), ((), False), (("a.search.azure.cn",), True)])
def test_needed_zone_of_unconfirmed_name_is_sure_only_by_the_endpoint(
    names: tuple[str, ...] | None, is_sure: bool
) -> None:
    told = None if names is None else [served(fqdn) for fqdn in names]
    found = needed_zones(CHINA, SEARCH, None, ["searchService"], told)
    assert found == (NeededZone(names=("privatelink.search.azure.cn",), is_sure=is_sure),)


def test_served_names_of_interface_equal_those_of_the_endpoint() -> None:
    world = mended()
    told = names(world)
    for found in world.tenant["resources"]:
        if found["type"] == PrivateEndpoint.ARM_TYPE:
            found["properties"]["customDnsConfigs"] = []
    assert names(world) == told
    assert told


def names(world: World) -> dict[str, tuple[tuple[str, frozenset[str]], ...]]:
    estate = world.estate(READS)
    return {
        endpoint.name: tuple((one.fqdn, one.addresses) for one in served_names(estate, endpoint))
        for endpoint in estate.listed(PrivateEndpoint)
    }


@pytest.mark.parametrize(
    ("records", "alias", "found"),
    [
        (("a", "*"), "a", "a"),
        (("A", "*"), "a", "A"),
        (("b", "*"), "a", "*"),
        (("*", "*.y"), "x.y", "*.y"),
        (("*", "*.y"), "x.z", "*"),
        (("*.y",), "y", None),
        (("@",), "", "@"),
        (("@",), "a", None),
        ((), "a", None),
    ],
)
def test_record_in_zone_prefers_the_nearest_name(
    records: tuple[str, ...], alias: str, found: str | None
) -> None:
    world = mended()
    zone = zone_id("privatelink.search.windows.net")
    world.drop(*(one["id"] for one in world.tenant["resources"] if one["id"].startswith(f"{zone}/A/")))
    for name in records:
        world.add({"id": f"{zone}/A/{name}", "name": name, "type": "Microsoft.Network/privateDnsZones/A"})
    estate = world.estate(READS)
    (row,) = (one for one in estate.listed(PrivateDnsZone) if one.id == ArmId.parse(zone))
    full = f"{alias}.privatelink.search.windows.net" if alias else "privatelink.search.windows.net"
    record = record_in(estate, row, full)
    assert (record.name if record else None) == found


def test_zones_holding_a_regional_registry_name_put_the_narrower_zone_first() -> None:
    world = mended()
    narrow = zone_id("swedencentral.data.privatelink.azurecr.io")
    other = zone_id("norwayeast.data.privatelink.azurecr.io")
    for rid in (narrow, other):
        world.add({"id": rid, "name": rid.rsplit("/", 1)[1], "type": "Microsoft.Network/privateDnsZones"})
    name = served("crnorrlandai.swedencentral.data.azurecr.io")
    held = [zone.name for zone in zones_holding(world.estate(READS), name)]
    assert held == ["swedencentral.data.privatelink.azurecr.io", "privatelink.azurecr.io"]


def test_zones_holding_a_name_of_unknown_suffix_are_none() -> None:
    assert zones_holding(mended().estate(READS), served("a.example.org")) == ()
