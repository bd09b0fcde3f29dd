"""Irregularities of real answers, each in the smallest body that has it, and what must come of it.

They were seen in live recordings or in the official examples; the numbers are of no meaning here. What is
general to decoding (null, absent, case, comma lists, times) stands in tests/unit/test_wire.py as well; here
it is held against the records themselves.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any, TypeVar

import pytest

from auditor.collect.refusal import ReadFailed
from auditor.model.finding import Undecided
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.resources.access import RoleAssignment, RoleDefinition
from auditor.model.resources.app import ContainerApp, Site
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.resources.connection import CognitiveConnection, SearchConnection, StorageConnection
from auditor.model.resources.network import PrivateDnsZoneGroup, PrivateEndpoint, Subnet
from auditor.model.resources.search_service import SearchService, SharedPrivateLink
from auditor.model.resources.storage_account import StorageAccount
from auditor.model.resources.workspace import Datastore, OutboundRule, Workspace
from auditor.model.wire import Misfit, Resource, decode
from auditor.sandbox import Arm, Tenant
from auditor.sandbox.demo import connection_to

GUID = "0b1f6471-1bf0-4dda-aec3-cb9272f09590"
SUBSCRIPTION = f"/subscriptions/{GUID}"
GROUP = f"{SUBSCRIPTION}/resourceGroups/rg"
ROLE = "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd"

R = TypeVar("R", bound=Resource)


def read(of: type[R], *, name: str = "one", **body: Any) -> R:
    """A record of a body that has an id of its type; whatever is given replaces it."""
    namespace, *types = of.ARM_TYPE.split("/")
    below = "/".join(part for kind in types for part in (kind, name))
    rid = f"{GROUP}/providers/{namespace}/{below}"
    decoded = decode(of, {"id": rid, "name": name, "type": of.ARM_TYPE, **body}, ArmId.parse(SUBSCRIPTION))
    assert decoded.malformed == ()
    return decoded.resource


# Ids and types.


@pytest.mark.parametrize(
    "spelt",
    [
        f"{SUBSCRIPTION}/resourcegroups/rg/providers/microsoft.network/virtualnetworks/v/subnets/s",
        f"/Subscriptions/{GUID.upper()}/resourceGroups/RG/providers/Microsoft.Network/virtualNetworks/V/subnets/S",
        f"{GROUP}/providers/Microsoft.Network/virtualNetworks/v/subnets/s/",
    ],
)
def test_virtual_network_rule_in_any_spelling_is_the_same_subnet(spelt: str) -> None:
    found = read(StorageAccount, properties={"networkAcls": {"virtualNetworkRules": [{"id": spelt}]}})
    subnet = ArmId.parse(f"{GROUP}/providers/Microsoft.Network/virtualNetworks/v/subnets/s")
    assert found.virtual_network_rules.value == (subnet,)


def test_user_assigned_identity_keys_in_lower_case_are_kept_and_equal() -> None:
    key = f"{SUBSCRIPTION}/resourcegroups/rg/providers/microsoft.managedidentity/userassignedidentities/u"
    found = read(
        Site, identity={"type": "UserAssigned", "userAssignedIdentities": {key: {"principalId": "p"}}}
    )
    (identity,) = found.identity.user_assigned.value
    assert (identity.key, identity.principal_id.value) == (key, "p")


def test_container_app_whose_id_and_type_differ_in_case_is_read() -> None:
    rid = f"{GROUP}/providers/Microsoft.App/containerapps/web"
    found = decode(ContainerApp, {"id": rid, "type": ContainerApp.ARM_TYPE}, ArmId.parse(GROUP)).resource
    assert found.id == ArmId.parse(f"{GROUP}/providers/Microsoft.App/containerApps/WEB")


def test_key_vault_of_a_workspace_in_another_case_is_the_same_vault() -> None:
    spelt = (f"{GROUP}/providers/Microsoft.{name}/vaults/k" for name in ("Keyvault", "KeyVault"))
    one, other = (read(Workspace, properties={"keyVault": text}).key_vault.value for text in spelt)
    assert one == other


@pytest.mark.parametrize("stated", [None, "workspace/outboundRules"])
def test_outbound_rule_without_a_usable_type_is_read_by_its_id(stated: str | None) -> None:
    found = read(OutboundRule, type=stated, properties={"type": "FQDN", "destination": "*.example.com"})
    assert (found.host, found.id.resource_type) == ("*.example.com", OutboundRule.ARM_TYPE)


def test_body_without_id_is_read_only_where_its_id_is_known() -> None:
    body = {"properties": {"type": "FQDN", "destination": "pypi.example"}}
    known = ArmId.parse(f"{GROUP}/providers/{Workspace.ARM_TYPE}/w/outboundRules/r")
    assert decode(OutboundRule, body, known, known_id=known).resource.host == "pypi.example"
    with pytest.raises(Misfit):
        decode(OutboundRule, body, known)


def test_name_with_a_slash_is_kept_and_the_id_says_the_parent() -> None:
    found = read(CognitiveConnection, name="one")
    slashed = decode(
        CognitiveConnection, {"id": found.id.text, "name": "one/two.3f"}, ArmId.parse(GROUP)
    ).resource
    assert slashed.name == "one/two.3f"
    assert slashed.id.parent == ArmId.parse(f"{GROUP}/providers/{CognitiveAccount.ARM_TYPE}/one")


def test_names_that_are_not_ascii_are_kept() -> None:
    assert read(StorageAccount, location="Gävle").location == "Gävle"


@pytest.mark.parametrize("location", [None, 5])
def test_location_that_is_no_text_is_none(location: object) -> None:
    assert read(Datastore, location=location).location is None


# Null, absent, empty.


def test_storage_account_that_says_nothing_is_open_and_allows_keys() -> None:
    found = read(StorageAccount, properties={})
    assert found.public_network_access.value == "Enabled"
    assert found.default_action.value == "Allow"
    assert found.allow_shared_key_access.value is True
    assert found.minimum_tls_version.value == "TLS1_0"
    assert found.allow_blob_public_access.value is None


def test_cognitive_account_that_is_disabled_without_rules_reads_as_disabled() -> None:
    found = read(CognitiveAccount, properties={"publicNetworkAccess": "Disabled"})
    assert (found.public_network_access.value, found.default_action.value) == ("Disabled", "Allow")
    assert (found.bypass.value, found.bypass.is_absent) == ("None", True)
    assert found.disable_local_auth.value is False


@pytest.mark.parametrize("kind", ["OpenAI", "openai", "AIServices"])
def test_cognitive_account_of_an_openai_kind_serves_openai(kind: str) -> None:
    assert read(CognitiveAccount, kind=kind).serves_openai


@pytest.mark.parametrize("properties", [{}, {"virtualNetworkSubnetId": None}])
def test_site_with_null_properties_has_no_subnet(properties: dict[str, object]) -> None:
    found = read(
        Site, properties={"publicNetworkAccess": None, "privateEndpointConnections": None, **properties}
    )
    assert found.subnet.value is None


def test_search_service_with_null_auth_options_has_no_way_by_key() -> None:
    found = read(SearchService, properties={"authOptions": None, "disableLocalAuth": True})
    assert (found.disable_local_auth.value, found.key_only.is_stated, found.role_or_key.is_stated) == (
        True,
        False,
        False,
    )
    keyed = read(SearchService, properties={"authOptions": {"apiKeyOnly": {}}})
    assert (keyed.key_only.is_stated, keyed.key_only.raw) == (True, {})


def test_resource_of_a_generic_list_has_no_properties_and_every_fact_is_absent() -> None:
    found = read(StorageAccount)
    assert found.public_network_access.is_absent
    assert found.ip_rules.value == ()


def test_workspace_null_references_are_none() -> None:
    found = read(Workspace, etag=None, tags=None, properties={"applicationInsights": None})
    assert found.application_insights.value is None


# Enums.


@pytest.mark.parametrize(
    ("spelt", "kinds"),
    [
        ("SystemAssigned", {"SystemAssigned"}),
        ("userAssigned", {"UserAssigned"}),
        ("SystemAssigned,UserAssigned", {"SystemAssigned", "UserAssigned"}),
        ("SystemAssigned, UserAssigned", {"SystemAssigned", "UserAssigned"}),
        ("None", {"None"}),
    ],
)
def test_identity_type_in_each_spelling_is_a_set(spelt: str, kinds: set[str]) -> None:
    found = read(SearchService, identity={"type": spelt}).identity
    assert found.type.value == kinds
    assert not found.has_system_identity


@pytest.mark.parametrize("spelt", ["Disabled", "disabled"])
def test_search_enums_of_old_and_new_versions_mean_the_same(spelt: str) -> None:
    properties = {"publicNetworkAccess": spelt, "provisioningState": "succeeded", "hostingMode": "Default"}
    assert read(SearchService, properties=properties).public_network_access.value == "Disabled"


@pytest.mark.parametrize(
    ("spelt", "expected"),
    [
        ("Logging, Metrics, AzureServices", {"Logging", "Metrics", "AzureServices"}),
        ("Logging, Metrics", {"Logging", "Metrics"}),
        ("Metrics", {"Metrics"}),
        ("AzureServices", {"AzureServices"}),
        ("None", {"None"}),
        ("", set()),
    ],
)
def test_storage_bypass_is_a_comma_list(spelt: str, expected: set[str]) -> None:
    found = read(StorageAccount, properties={"networkAcls": {"bypass": spelt}})
    assert found.bypass.value == expected


def test_search_bypass_of_a_preview_is_known() -> None:
    found = read(SearchService, properties={"networkRuleSet": {"bypass": "AzurePortal"}})
    assert found.bypass.value == {"AzurePortal"}


def test_perimeter_as_public_access_is_known_where_offered_and_unknown_elsewhere() -> None:
    properties = {"publicNetworkAccess": "SecuredByPerimeter"}
    assert read(StorageAccount, properties=properties).public_network_access.value == "SecuredByPerimeter"
    assert read(SearchService, properties=properties).public_network_access.value == "SecuredByPerimeter"
    with pytest.raises(Undecided) as undecided:
        _ = read(Workspace, properties=properties).public_network_access.value
    assert undecided.value.reason is Reason.UNEXPECTED_VALUE


def test_ip_rules_of_every_provider_have_their_value_read() -> None:
    rules = [{"value": "203.0.113.7"}, {"value": "203.0.113.0/24", "action": "Allow"}]
    storage = read(StorageAccount, properties={"networkAcls": {"ipRules": rules}})
    search = read(SearchService, properties={"networkRuleSet": {"ipRules": rules}})
    for found in (storage.ip_rules, search.ip_rules):
        assert [rule.value.value for rule in found.value] == ["203.0.113.7", "203.0.113.0/24"]


# Private endpoints and their connections.


@pytest.mark.parametrize(
    "status",
    [
        "Approved",
        "Rejected",
        "Pending",
        "Approving",
        "Rejecting",
        "Disconnecting",
        "Disconnected",
        "approved",
    ],
)
def test_connection_status_seen_on_a_live_tenant_is_known(status: str) -> None:
    state = {"status": status, "description": None, "actionsRequired": ""}
    found = read(SearchConnection, properties={"privateLinkServiceConnectionState": state})
    assert found.status.value is not None
    assert found.status.value.casefold() == status.casefold()
    assert found.description.value is None


def test_connection_whose_endpoint_is_gone_names_none() -> None:
    assert read(StorageConnection, properties={"privateEndpoint": None}).private_endpoint.value is None


def test_connection_groups_come_as_a_list_as_a_text_or_not_at_all() -> None:
    cognitive = read(CognitiveConnection, properties={"groupIds": ["account"]})
    search = read(SearchConnection, properties={"groupId": "searchService"})
    assert (cognitive.group_ids(), search.group_ids()) == (("account",), ("searchService",))
    assert read(CognitiveConnection, properties={"groupIds": None}).group_ids() is None
    assert read(SearchConnection, properties={"groupId": None}).group_ids() is None
    assert read(StorageConnection, properties={}).group_ids() is None


def request(status: str) -> dict[str, object]:
    return {
        "properties": {
            "privateLinkServiceId": f"{GROUP}/providers/{StorageAccount.ARM_TYPE}/s",
            "groupIds": ["blob"],
            "privateLinkServiceConnectionState": {"status": status, "actionsRequired": "None"},
        }
    }


@pytest.mark.parametrize(
    ("filled", "empty"),
    [
        ("privateLinkServiceConnections", "manualPrivateLinkServiceConnections"),
        ("manualPrivateLinkServiceConnections", "privateLinkServiceConnections"),
    ],
)
def test_endpoint_that_succeeded_is_pending_where_its_connection_is(filled: str, empty: str) -> None:
    found = read(
        PrivateEndpoint,
        properties={"provisioningState": "Succeeded", filled: [request("Pending")], empty: []},
    )
    (asked,) = found.requests
    assert (found.provisioning_state.value, asked.status.value) == ("Succeeded", "Pending")
    assert asked.groups.value == ("blob",)


def test_endpoint_that_is_approved_may_have_no_dns_configs() -> None:
    found = read(
        PrivateEndpoint,
        properties={"privateLinkServiceConnections": [request("Approved")], "customDnsConfigs": []},
    )
    assert (found.requests[0].status.value, found.custom_dns_configs.value) == ("Approved", ())


@pytest.mark.parametrize("records", [[], None])
def test_zone_group_of_a_foreign_zone_has_no_records(records: object) -> None:
    zone = f"{GROUP}/providers/Microsoft.Network/privateDnsZones/www.example.com"
    config = {"properties": {"privateDnsZoneId": zone, "recordSets": records}}
    (found,) = read(PrivateDnsZoneGroup, properties={"privateDnsZoneConfigs": [config]}).zones.value
    assert (found.zone.value, found.record_fqdns.value) == (ArmId.parse(zone), ())


@pytest.mark.parametrize(
    ("properties", "prefixes"),
    [
        ({"addressPrefix": "10.0.0.0/24"}, ("10.0.0.0/24",)),
        ({"addressPrefixes": ["10.0.0.0/24", "fd00::/64"]}, ("10.0.0.0/24", "fd00::/64")),
        ({}, ()),
    ],
)
def test_subnet_prefixes_come_from_whichever_field_is_filled(
    properties: dict[str, object], prefixes: tuple[str, ...]
) -> None:
    found = read(Subnet, properties=properties)
    assert (found.prefixes, found.network_security_group.value) == (prefixes, None)


def test_shared_private_link_that_succeeded_does_not_work_before_it_is_approved() -> None:
    pending = {"status": "Pending", "provisioningState": "Succeeded", "resourceRegion": None}
    assert not read(SharedPrivateLink, properties=pending).works
    assert read(SharedPrivateLink, properties={**pending, "status": "Approved"}).works


# Roles.


@pytest.mark.parametrize("prefix", ["", SUBSCRIPTION, SUBSCRIPTION.replace("/s", "/S", 1)])
def test_role_definition_is_known_by_its_guid_alone(prefix: str) -> None:
    rid = f"{prefix}/providers/{RoleDefinition.ARM_TYPE}/{ROLE.upper()}"
    found = decode(RoleDefinition, {"id": rid, "properties": {"roleName": "Renamed "}}, ArmId.parse("/"))
    assert (found.resource.guid, found.resource.role_name.value) == (ROLE, "Renamed ")


def test_role_definition_keeps_each_of_its_permissions() -> None:
    granted = [{"actions": ["a/read "], "condition": None}, {"dataActions": ["b/read"], "condition": "x"}]
    first, second = read(RoleDefinition, properties={"permissions": granted}).permissions.value
    assert (first.actions.value, first.condition.value) == (("a/read ",), None)
    assert (second.data_actions.value, second.actions.value) == (("b/read",), ())


def test_role_assignment_of_an_old_version_has_no_principal_type() -> None:
    scope = f"/Subscriptions/{GUID}"
    found = read(RoleAssignment, properties={"scope": scope, "createdBy": None, "principalId": "p"})
    assert found.assigned_at.value == ArmId.parse(SUBSCRIPTION)
    assert (found.principal_type.value, found.condition.value) == (None, None)


@pytest.mark.parametrize(
    "spelt",
    [
        "2026-04-09T18:23:42.7663938Z",
        "2026-04-09T18:23:42.7663938+00:00",
        "2026-04-09T18:23:42.7663938",
        "2026-04-09T18:23:42.766393Z",
    ],
)
def test_times_of_every_precision_are_the_same_moment(spelt: str) -> None:
    found = read(RoleAssignment, properties={"createdOn": spelt}).created_on.value
    assert found == datetime(2026, 4, 9, 18, 23, 42, 766393, UTC)


def test_time_without_fractions_is_read() -> None:
    found = read(SearchService, systemData={"createdAt": "2026-04-09T18:23:42Z"}).created_at.value
    assert found == datetime(2026, 4, 9, 18, 23, 42, tzinfo=UTC)


# Pages and errors.


def pages(body: object) -> list[list[Any]]:
    """What the reader makes of one answer to a list."""
    tenant = Tenant.from_json(
        {
            "format": 1,
            "tenant_id": GUID,
            "principal": {"object_id": GUID, "client_id": GUID, "client_secret": "s"},
            "subscriptions": [
                {"subscriptionId": GUID, "displayName": "s", "state": "Enabled", "tenantId": GUID}
            ],
            "resources": [],
            "faults": [{"path": "storageAccounts", "status": 200, "body": body}],
        }
    )

    async def reads() -> list[list[Any]]:
        async with connection_to(Arm(tenant), lambda: None) as connection:
            path = f"{SUBSCRIPTION}/providers/{StorageAccount.ARM_TYPE}"
            return [page async for page in connection.reader.pages(path, "2023-05-01")]

    return asyncio.run(reads())


@pytest.mark.parametrize(
    "end", [{}, {"nextLink": None}, {"nextLink": ""}, {"count": 0}, {"@nextLink": None}], ids=str
)
def test_last_page_in_each_of_its_forms_ends_the_list(end: dict[str, object]) -> None:
    assert pages({"value": [], **end}) == [[]]


def test_error_in_a_good_answer_is_an_error() -> None:
    body = {"error": {"code": "PreconditionFailed", "message": "exists"}}
    with pytest.raises(ReadFailed):
        pages(body)


def test_status_of_an_operation_is_no_list() -> None:
    body = {
        "id": f"{SUBSCRIPTION}/providers/Microsoft.X/locations/l/operationResults/1",
        "status": "Succeeded",
    }
    with pytest.raises(ReadFailed) as failed:
        pages(body)
    assert failed.value.reason is Reason.MALFORMED
