"""What the collectors make of good answers: the rows of the sample tenant's file, and its values."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.model.resources.access import (
    DenyAssignment,
    RoleAssignment,
    RoleDefinition,
)
from auditor.model.resources.app import ContainerApp, Site
from auditor.model.resources.cognitive_account import CognitiveAccount, CognitiveDeployment
from auditor.model.resources.connection import (
    CognitiveConnection,
    SearchConnection,
    StorageConnection,
    WorkspaceConnection,
)
from auditor.model.resources.network import (
    NetworkInterface,
    PrivateDnsZoneGroup,
    PrivateEndpoint,
    Subnet,
    VirtualNetwork,
)
from auditor.model.resources.search_service import SearchService, SharedPrivateLink
from auditor.model.resources.storage_account import StorageAccount
from auditor.model.resources.workspace import ConnectedResource, Datastore, OutboundRule, Workspace
from auditor.model.wire import Resource
from tests.collect.replay import ids_in_the_file, replay, values

TYPES: dict[str, tuple[type[Resource], ...]] = {
    "cognitiveservices": (CognitiveAccount, CognitiveConnection, CognitiveDeployment),
    "search": (SearchService, SearchConnection, SharedPrivateLink),
    "storage": (StorageAccount, StorageConnection),
    "network": (PrivateEndpoint, NetworkInterface, PrivateDnsZoneGroup),
    "machinelearning": (Workspace, WorkspaceConnection, OutboundRule, Datastore, ConnectedResource),
    "authorization": (RoleAssignment, RoleDefinition, DenyAssignment),
    "web": (Site, ContainerApp),
}
# What stands in one subscription more than in the other.
ACROSS: dict[type[Resource], tuple[int, int]] = {VirtualNetwork: (2, 1), Subnet: (7, 5)}

FACTS: list[tuple[str, type[Resource], str, dict[str, Any]]] = [
    (
        "cognitiveservices",
        CognitiveAccount,
        "oai-norrland-claims",
        {
            "kind": "OpenAI",
            "public_network_access": "Disabled",
            "default_action": "Deny",
            "bypass": "AzureServices",
            "disable_local_auth": True,
            "restrict_outbound": True,
            "custom_subdomain": "oai-norrland-claims",
            "allowed_fqdns": [
                "srch-norrland-claims.search.windows.net",
                "stnorrlandclaims.blob.core.windows.net",
            ],
            "workspace": None,
        },
    ),
    ("cognitiveservices", CognitiveAccount, "oai-norrland-hr", {"public_network_access": "Enabled"}),
    (
        "cognitiveservices",
        CognitiveConnection,
        "pe-claims-openai-2.d6db5ead-aaa1-5e92-932c-da8dc384d21c",
        {
            "status": "Pending",
            "provisioning_state": "Succeeded",
            "groups": ["account"],
            "description": "Please approve - urgent audit request",
        },
    ),
    (
        "search",
        SearchService,
        "srch-norrland-claims",
        {
            # The wire says `disabled` and `SystemAssigned, UserAssigned`.
            "public_network_access": "Disabled",
            "bypass": ["AzureServices"],
            "disable_local_auth": True,
            "key_only": None,
            "upgraded_at": None,
        },
    ),
    ("search", SearchService, "srch-norrland-hr", {"disable_local_auth": False, "key_only": {}}),
    ("search", SharedPrivateLink, "link-blob", {"group": "blob", "status": "Approved"}),
    (
        "storage",
        StorageAccount,
        "stactuarialml",
        {
            "public_network_access": "Disabled",
            "default_action": "Deny",
            "bypass": ["AzureServices", "Logging", "Metrics"],
            "allow_shared_key_access": False,
            "minimum_tls_version": "TLS1_2",
            "resource_access_rules": [],
        },
    ),
    (
        "network",
        Subnet,
        "private-endpoints",
        {"private_endpoint_network_policies": "Enabled", "delegations": []},
    ),
    (
        "machinelearning",
        Workspace,
        "actuarial-ml",
        {
            "kind": "Default",
            "public_network_access": "Disabled",
            "isolation_mode": "AllowOnlyApprovedOutbound",
            "system_datastores_auth_mode": "Identity",
            "hub": None,
        },
    ),
    (
        "machinelearning",
        Workspace,
        "fraud-triage",
        {"kind": "Project", "public_network_access": "Enabled", "storage_account": None},
    ),
    (
        "machinelearning",
        Datastore,
        "actuarial-ml/datastores/workspaceblobstore",
        {"is_default": True, "account_name": "stactuarialml"},
    ),
    (
        "machinelearning",
        ConnectedResource,
        "claims-search",
        {"category": "CognitiveSearch", "auth_type": "AAD"},
    ),
    ("authorization", RoleDefinition, "acdd72a7-3385-48ef-bd42-f606fba81ae7", {"role_name": "Reader"}),
    (
        "authorization",
        DenyAssignment,
        "72e6ea43-de40-5f55-8b6b-2a2a24b81175",
        {
            "only_this_scope": False,
            "principals": [{"principal_id": "00000000-0000-0000-0000-000000000000", "kind": "SystemDefined"}],
        },
    ),
    ("web", Site, "app-norrland-claims", {"name": "app-norrland-claims"}),
]


@pytest.mark.parametrize("scenario", ["listed", "paged", "throttled"])
@pytest.mark.parametrize("service", TYPES)
def test_estate_of_a_readable_tenant_holds_every_row_and_no_gap(service: str, scenario: str) -> None:
    estate = replay(f"{service}/{scenario}").estate
    for of in TYPES[service]:
        # By name: a role definition is listed at the subscription, wherever its id stands in the file.
        assert sorted(row.name for row in estate.listed(of)) == sorted(
            rid.name for rid in ids_in_the_file(of)
        )
    assert estate.all_gaps() == ()


def test_estate_of_two_subscriptions_holds_the_rows_of_both() -> None:
    both, one = replay("network/listed").estate, replay("network/paged").estate
    assert {of: (len(both.listed(of)), len(one.listed(of))) for of in ACROSS} == ACROSS
    assert all(both.was_read(VirtualNetwork, subscription) for subscription in both.audited)


@pytest.mark.parametrize(("service", "of", "name", "expected"), FACTS)
def test_facts_of_a_row_are_those_of_the_wire(
    service: str, of: type[Resource], name: str, expected: dict[str, Any]
) -> None:
    estate = replay(f"{service}/listed").estate
    (row,) = [row for row in estate.listed(of) if row.id.text.endswith(f"/{name}")]
    found = values(row)
    assert {fact: found[fact] for fact in expected} == expected


@pytest.mark.parametrize("service", TYPES)
def test_estate_read_in_pages_is_the_estate_read_at_once(service: str) -> None:
    whole, paged = replay(f"{service}/throttled").estate, replay(f"{service}/paged").estate
    assert whole.tables.keys() == paged.tables.keys()
    for of in whole.tables:
        assert [values(row) for row in whole.listed(of)] == [values(row) for row in paged.listed(of)]


@pytest.mark.parametrize(
    ("scenario", "audited", "wanted"),
    [
        ("listed", 3, ["rg-claims-chat", "rg-claims-chat", "rg-hub-dns", "rg-hub-dns"]),
        ("paged", 2, ["rg-claims-chat", "rg-hub-dns"]),
        # A subscription whose groups cannot be listed may hold the group that was asked for.
        ("denied", 1, ["rg-claims-chat"]),
        ("throttled", 3, None),
    ],
)
def test_scope_is_resolved_from_names_groups_and_management_groups(
    scenario: str, audited: int, wanted: list[str] | None
) -> None:
    scope = replay(f"resources/{scenario}").scope
    assert len(scope.visible) == 3
    assert len(scope.audited) == audited
    names = sorted(rid.name for rid in scope.wanted)
    assert names == (wanted if wanted is not None else sorted(one.id.name for one in scope.audited))
