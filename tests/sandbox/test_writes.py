from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from auditor.sandbox import ArmResponse

S1 = "33333333-0000-4000-8000-000000000001"
RG = f"/subscriptions/{S1}/resourceGroups/rg1"
ACCOUNT = f"{RG}/providers/Microsoft.CognitiveServices/accounts/openai"
SEARCH = f"{RG}/providers/Microsoft.Search/searchServices/kb"
WORKSPACE = f"{RG}/providers/Microsoft.MachineLearningServices/workspaces/ml"
ENDPOINT = f"{RG}/providers/Microsoft.Network/privateEndpoints/pe"
ZONE = f"{RG}/providers/Microsoft.Network/privateDnsZones/privatelink.openai.azure.com"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
NAME = "55555555-0000-4000-8000-000000000001"
APPROVED = {"status": "Approved", "description": "approved by run 1"}
TARGETS = (
    ("Microsoft.CognitiveServices/accounts", 202),
    ("Microsoft.ContainerRegistry/registries", 201),
    ("Microsoft.Web/sites", 202),
    ("Microsoft.App/managedEnvironments", 202),
    ("Microsoft.Storage/storageAccounts", 200),
    ("Microsoft.Search/searchServices", 200),
    ("Microsoft.KeyVault/vaults", 200),
    ("Microsoft.MachineLearningServices/workspaces", 200),
)

CallerOf = Callable[..., Any]


def resource(resource_id: str, resource_type: str, **fields: Any) -> dict[str, Any]:
    name = resource_id.rpartition("/")[2]
    return {"id": resource_id, "name": name, "type": resource_type, "properties": {}, **fields}


def endpoint(target: str) -> dict[str, Any]:
    def entry(to: str, group: str) -> dict[str, Any]:
        state = {"status": "Pending", "description": "please"}
        properties = {"privateLinkServiceId": to, "groupIds": [group]}
        return {"properties": {**properties, "privateLinkServiceConnectionState": state}}

    properties = {
        "customDnsConfigs": [{"fqdn": "openai.openai.azure.com", "ipAddresses": ["10.0.0.4"]}],
        "manualPrivateLinkServiceConnections": [
            entry(target.upper(), "account"),
            entry(f"{target}2", "account"),
        ],
        "privateLinkServiceConnections": [],
    }
    return resource(ENDPOINT, "Microsoft.Network/privateEndpoints", properties=properties)


def pending(target_type: str) -> tuple[str, list[dict[str, Any]]]:
    """A target with one pending connection from a private endpoint of the same tenant."""
    target = f"{RG}/providers/{target_type}/target"
    connection = f"{target}/privateEndpointConnections/pe.1"
    state = {"status": "Pending", "description": "please", "actionsRequired": "None"}
    properties = {
        "privateEndpoint": {"id": ENDPOINT},
        "privateLinkServiceConnectionState": state,
        "provisioningState": "Succeeded",
    }
    kind = f"{target_type}/privateEndpointConnections"
    return connection, [
        resource(target, target_type, location="eastus"),
        resource(connection, kind, properties=properties),
        endpoint(target),
    ]


def body_of(answer: ArmResponse) -> Any:
    return orjson.loads(answer.body)


def finished(caller: Any, answer: ArmResponse) -> ArmResponse:
    """The last answer of an operation, polled as its first answer says."""
    link = answer.headers.get("Azure-AsyncOperation") or answer.headers["Location"]
    for _ in range(5):
        polled: ArmResponse = caller.request(link)
        if polled.status == 200 and b"InProgress" not in polled.body:
            return polled
    raise AssertionError("the operation does not end")


def approve(caller: Any, connection: str) -> ArmResponse:
    sent = caller.get(connection)
    sent["properties"]["privateLinkServiceConnectionState"] = APPROVED
    answer: ArmResponse = caller.request(connection, method="PUT", body=sent)
    return answer


@pytest.mark.parametrize(("target_type", "status"), TARGETS)
def test_approval_answers_as_the_provider_does_and_both_sides_follow(
    caller_of: CallerOf, target_type: str, status: int
) -> None:
    connection, resources = pending(target_type)
    caller = caller_of(resources=resources)
    before = caller.get(connection)
    embedding = caller.get(connection.rpartition("/privateEndpointConnections")[0])
    answer = approve(caller, connection)
    assert answer.status == status
    if status != 200:
        assert body_of(answer)["properties"]["provisioningState"] == "Updating"
        assert finished(caller, answer).status == 200
    after = caller.get(connection)
    state = {"status": "Approved", "description": "approved by run 1", "actionsRequired": "None"}
    before["properties"]["privateLinkServiceConnectionState"] = state
    assert after == before
    first, second = caller.get(ENDPOINT)["properties"]["manualPrivateLinkServiceConnections"]
    assert first["properties"]["privateLinkServiceConnectionState"] == APPROVED
    assert second["properties"]["privateLinkServiceConnectionState"]["status"] == "Pending"
    embedded = caller.get(connection.rpartition("/privateEndpointConnections")[0])
    connections = embedded["properties"].get("privateEndpointConnections")
    if connections:
        assert [entry["properties"] for entry in connections] == [after["properties"]]
        assert embedding != embedded
    assert caller.get(f"{connection.rpartition('/')[0]}")["value"] == [after]


@pytest.mark.parametrize("polls", [0, 1, 3])
def test_operation_is_in_progress_for_as_many_polls_as_the_tenant_says(
    caller_of: CallerOf, polls: int
) -> None:
    connection, resources = pending("Microsoft.ContainerRegistry/registries")
    caller = caller_of(resources=resources, long_running={"polls": polls, "headers": {"Retry-After": "7"}})
    answer = approve(caller, connection)
    link = answer.headers["Azure-AsyncOperation"]
    answers = [caller.request(link) for _ in range(polls + 1)]
    assert [body_of(polled)["status"] for polled in answers] == [*["InProgress"] * polls, "Succeeded"]
    assert [polled.headers.get("Retry-After") for polled in answers] == [*["7"] * polls, None]


def test_operation_whose_links_are_lost_ends_while_the_resource_is_read(caller_of: CallerOf) -> None:
    connection, resources = pending("Microsoft.CognitiveServices/accounts")
    caller = caller_of(resources=resources)
    approve(caller, connection)
    states = [caller.get(connection)["properties"]["provisioningState"] for _ in range(3)]
    assert states == ["Updating", "Succeeded", "Succeeded"]


def test_requester_named_by_the_caller_does_not_replace_the_real_one(caller_of: CallerOf) -> None:
    connection, resources = pending("Microsoft.Storage/storageAccounts")
    caller = caller_of(resources=resources)
    properties = {"privateEndpoint": {"id": "/forged"}, "privateLinkServiceConnectionState": APPROVED}
    caller.request(connection, method="PUT", body={"properties": properties})
    assert caller.get(connection)["properties"]["privateEndpoint"] == {"id": ENDPOINT}


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("x", {"properties": {"privateLinkServiceConnectionState": APPROVED}}, 404, "ResourceNotFound"),
        ("", {"properties": {}}, 400, "InvalidPrivateEndpointConnectionStatus"),
        ("", {"properties": {"privateLinkServiceConnectionState": {"status": "Yes"}}}, 400, None),
        ("", ["not an object"], 400, "InvalidRequestContent"),
        ("", None, 400, "InvalidRequestContent"),
    ],
)
def test_approval_that_is_not_one_gets_an_error_and_changes_nothing(
    caller_of: CallerOf, path: str, body: object, status: int, code: str | None
) -> None:
    connection, resources = pending("Microsoft.Search/searchServices")
    caller = caller_of(resources=resources)
    answer = caller.request(connection + path, method="PUT", body=body)
    assert answer.status == status
    assert code in (None, body_of(answer)["error"]["code"])
    state = caller.get(connection)["properties"]["privateLinkServiceConnectionState"]
    assert state["status"] == "Pending"


@pytest.mark.parametrize(
    ("level", "at", "method", "status"),
    [
        ("ReadOnly", RG, "PUT", 409),
        ("CanNotDelete", RG, "PUT", 200),
        ("CanNotDelete", RG, "DELETE", 409),
        ("ReadOnly", f"{RG}0", "PUT", 200),
        ("ReadOnly", f"/subscriptions/{S1}", "DELETE", 409),
    ],
)
def test_lock_above_forbids_what_its_level_says(
    caller_of: CallerOf, level: str, at: str, method: str, status: int
) -> None:
    connection, resources = pending("Microsoft.Storage/storageAccounts")
    kind = "Microsoft.Authorization/locks"
    lock = resource(f"{at}/providers/{kind}/stop", kind, properties={"level": level})
    caller = caller_of(resources=[*resources, lock])
    body = {"properties": {"privateLinkServiceConnectionState": APPROVED}}
    answer = caller.request(connection, method=method, body=body)
    assert answer.status == status
    if status == 409:
        assert body_of(answer)["error"]["code"] == "ScopeLocked"


def test_delete_removes_from_every_list_and_a_second_one_finds_nothing(caller_of: CallerOf) -> None:
    connection, resources = pending("Microsoft.Search/searchServices")
    caller = caller_of(resources=resources)
    service = connection.rpartition("/privateEndpointConnections")[0]
    assert len(caller.get(service)["properties"]["privateEndpointConnections"]) == 1
    assert [caller.request(connection, method="DELETE").status for _ in range(2)] == [200, 204]
    assert caller.request(connection).status == 404
    assert caller.get(service)["properties"]["privateEndpointConnections"] == []
    assert caller.get(f"{service}/privateEndpointConnections")["value"] == []


def test_write_under_a_parent_that_is_not_there_finds_no_parent(caller: Any) -> None:
    path = f"{RG}/providers/Microsoft.MachineLearningServices/workspaces/gone/outboundRules/r"
    answer = caller.request(path, method="PUT", body={"properties": {"type": "FQDN"}})
    assert (answer.status, body_of(answer)["error"]["code"]) == (404, "ParentResourceNotFound")


ACCOUNT_BODY = {
    "tags": {"cost": "1"},
    "properties": {
        "endpoint": "https://openai.openai.azure.com/",
        "networkAcls": {"defaultAction": "Deny", "bypass": "None", "ipRules": [{"value": "10.0.0.1"}]},
        "publicNetworkAccess": "Disabled",
        "unknownToAnyModel": {"kept": True},
    },
}


def account(**fields: Any) -> list[dict[str, Any]]:
    return [resource(ACCOUNT, "Microsoft.CognitiveServices/accounts", location="eastus", **fields)]


def test_patch_replaces_the_members_sent_and_keeps_all_others(caller_of: CallerOf) -> None:
    caller = caller_of(resources=account(**ACCOUNT_BODY))
    before = caller.get(ACCOUNT)
    sent = {"properties": {"networkAcls": {"bypass": "AzureServices"}, "endpoint": "https://forged"}}
    answer = caller.request(ACCOUNT, method="PATCH", body=sent)
    before["properties"]["networkAcls"] = {"bypass": "AzureServices"}
    assert answer.status == 200
    assert body_of(answer) == caller.get(ACCOUNT) == before


def test_put_loses_what_is_not_sent_but_for_what_the_platform_keeps(caller_of: CallerOf) -> None:
    caller = caller_of(resources=account(**ACCOUNT_BODY))
    body = {"properties": {"publicNetworkAccess": "Enabled"}, "id": "/forged"}
    after = body_of(caller.request(ACCOUNT, method="PUT", body=body))
    assert (after["id"], after["location"], "tags" in after) == (ACCOUNT, "eastus", False)
    assert after["properties"] == {
        "endpoint": "https://openai.openai.azure.com/",
        "publicNetworkAccess": "Enabled",
        "privateEndpointConnections": [],
    }


@pytest.mark.parametrize(
    ("held", "asked", "is_new"),
    [
        (None, {"type": "SystemAssigned"}, True),
        (None, {"type": "SystemAssigned", "principalId": "forged", "tenantId": "forged"}, True),
        ({"type": "SystemAssigned", "principalId": "p", "tenantId": "t"}, {"type": "SystemAssigned"}, False),
        ({"type": "UserAssigned"}, {"type": "SystemAssigned, UserAssigned"}, True),
    ],
)
def test_system_identity_is_the_platforms_own_and_lasts(
    caller_of: CallerOf, held: Any, asked: Any, is_new: bool
) -> None:
    caller = caller_of(resources=account(identity=held) if held else account())
    identity = body_of(caller.request(ACCOUNT, method="PATCH", body={"identity": asked}))["identity"]
    assert identity["type"] == asked["type"]
    if is_new:
        assert len(identity["principalId"]) == 36
        assert identity["tenantId"] == caller.arm.tenant.tenant_id
    else:
        assert (identity["principalId"], identity["tenantId"]) == ("p", "t")
    again = body_of(caller.request(ACCOUNT, method="PATCH", body={"identity": asked}))["identity"]
    assert again == identity


def test_user_assigned_identity_that_is_sent_empty_keeps_what_the_platform_knows_of_it(
    caller_of: CallerOf,
) -> None:
    known = {"principalId": "p", "clientId": "c"}
    held = {"type": "UserAssigned", "userAssignedIdentities": {"/one": known, "/two": known}}
    caller = caller_of(resources=account(identity=held))
    asked = {"type": "SystemAssigned, UserAssigned", "userAssignedIdentities": {"/ONE": {}}}
    identity = body_of(caller.request(ACCOUNT, method="PATCH", body={"identity": asked}))["identity"]
    assert identity["userAssignedIdentities"] == {"/ONE": known}


def grant_body(principal: str = "me", role: str = READER) -> dict[str, Any]:
    definition = f"/subscriptions/{S1}/providers/Microsoft.Authorization/roleDefinitions/{role}"
    return {"properties": {"principalId": principal, "roleDefinitionId": definition}}


def assignment(name: str, scope: str = SEARCH) -> str:
    return f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}"


def test_role_assignment_is_made_once_and_listed_at_once(caller: Any) -> None:
    collection = f"{SEARCH}/providers/Microsoft.Authorization/roleAssignments"
    before = len(caller.get(f"{collection}?$filter=atScope()")["value"])
    path = assignment(NAME)
    assert [caller.request(path, method="PUT", body=grant_body()).status for _ in range(2)] == [201, 200]
    assert caller.get(path)["properties"]["scope"] == SEARCH
    assert len(caller.get(f"{collection}?$filter=atScope()")["value"]) == before + 1


@pytest.mark.parametrize(
    ("name", "body", "status", "code"),
    [
        (NAME[:-1] + "2", grant_body(), 409, "RoleAssignmentExists"),
        (NAME, grant_body("other"), 409, "RoleAssignmentUpdateNotPermitted"),
        (NAME[:-1] + "2", grant_body(role=NAME), 404, "RoleDefinitionDoesNotExist"),
        ("not-a-guid", grant_body("other"), 400, "InvalidRoleAssignmentId"),
        (NAME[:-1] + "2", {"properties": {"principalId": "other"}}, 400, "BadRequestFormat"),
    ],
)
def test_role_assignment_that_may_not_be_made_is_refused(
    caller: Any, name: str, body: Any, status: int, code: str
) -> None:
    caller.request(assignment(NAME), method="PUT", body=grant_body())
    answer = caller.request(assignment(name), method="PUT", body=body)
    assert (answer.status, body_of(answer)["error"]["code"]) == (status, code)


def workspace(isolation: str, status: str = "Inactive") -> list[dict[str, Any]]:
    network = {
        "isolationMode": isolation,
        "status": {"status": status, "sparkReady": False},
        "outboundRules": {
            "api": {"type": "FQDN", "destination": "api", "status": "Inactive"},
            "blob": {"type": "PrivateEndpoint", "destination": {}, "status": "Inactive"},
        },
    }
    kind = "Microsoft.MachineLearningServices/workspaces"
    return [resource(WORKSPACE, kind, location="eastus", properties={"managedNetwork": network})]


def network_of(caller: Any) -> Any:
    return caller.get(WORKSPACE)["properties"]["managedNetwork"]


def test_managed_network_is_provisioned_after_a_while(caller_of: CallerOf) -> None:
    caller = caller_of(resources=workspace("AllowOnlyApprovedOutbound"))
    path = f"{WORKSPACE}/provisionManagedNetwork"
    answer = caller.request(path, method="POST", body={"includeSpark": False})
    assert (answer.status, network_of(caller)["status"]["status"]) == (202, "Inactive")
    assert body_of(finished(caller, answer)) == {"status": "Active", "sparkReady": False}
    network = network_of(caller)
    assert network["status"] == {"status": "Active", "sparkReady": False}
    assert {name: rule["status"] for name, rule in network["outboundRules"].items()} == {
        "api": "Active",
        "blob": "Inactive",
    }


def test_managed_network_without_isolation_cannot_be_provisioned(caller_of: CallerOf) -> None:
    caller = caller_of(resources=workspace("Disabled"))
    assert caller.request(f"{WORKSPACE}/provisionManagedNetwork", method="POST").status == 400


@pytest.mark.parametrize(
    ("network", "rule", "status"),
    [
        ("Active", {"type": "FQDN", "destination": "packages.example"}, "Active"),
        ("Inactive", {"type": "FQDN", "destination": "packages.example"}, "Inactive"),
        ("Active", {"type": "PrivateEndpoint", "destination": {"subresourceTarget": "blob"}}, "Inactive"),
    ],
)
def test_outbound_rule_stands_in_its_list_and_in_the_workspace(
    caller_of: CallerOf, network: str, rule: Any, status: str
) -> None:
    caller = caller_of(resources=workspace("AllowOnlyApprovedOutbound", network))
    path = f"{WORKSPACE}/outboundRules/new"
    answer = caller.request(path, method="PUT", body={"properties": rule})
    assert body_of(finished(caller, answer))["name"] == "new"
    expected = {"category": "UserDefined", **rule, "status": status}
    assert caller.get(path)["properties"] == network_of(caller)["outboundRules"]["new"] == expected
    assert sorted(network_of(caller)["outboundRules"]) == ["api", "blob", "new"]
    caller.request(path, method="DELETE")
    assert sorted(network_of(caller)["outboundRules"]) == ["api", "blob"]


def zone_group(zone: str) -> dict[str, Any]:
    configuration = {"name": "openai", "properties": {"privateDnsZoneId": zone}}
    return {"properties": {"privateDnsZoneConfigs": [configuration]}}


def test_zone_group_writes_the_records_of_its_endpoint(caller_of: CallerOf) -> None:
    zone = resource(ZONE, "Microsoft.Network/privateDnsZones", location="global")
    caller = caller_of(resources=[endpoint(ACCOUNT), zone])
    path = f"{ENDPOINT}/privateDnsZoneGroups/default"
    answer = caller.request(path, method="PUT", body=zone_group(ZONE))
    assert answer.status == 201
    finished(caller, answer)
    assert caller.get(path)["properties"]["provisioningState"] == "Succeeded"
    record = caller.get(f"{ZONE}/A/openai")["properties"]
    assert record["aRecords"] == [{"ipv4Address": "10.0.0.4"}]
    assert caller.names(f"{ZONE}/ALL") == ["openai"]


def test_zone_group_of_a_zone_that_is_not_there_is_refused(caller_of: CallerOf) -> None:
    caller = caller_of(resources=[endpoint(ACCOUNT)])
    path = f"{ENDPOINT}/privateDnsZoneGroups/default"
    answer = caller.request(path, method="PUT", body=zone_group(ZONE))
    assert (answer.status, body_of(answer)["error"]["code"]) == (400, "InvalidResourceReference")


@pytest.mark.parametrize(
    ("permissions", "is_allowed"),
    [
        (None, True),
        ([], False),
        ([{"scope": "/", "actions": ["*/read"]}], False),
        ([{"scope": RG, "actions": ["*"]}], True),
        ([{"scope": f"{RG}0", "actions": ["*"]}], False),
        ([{"scope": ACCOUNT, "actions": ["Microsoft.CognitiveServices/*/write"]}], True),
        ([{"scope": "/", "actions": ["*"], "notActions": ["*/accounts/write"]}], False),
        (
            [
                {"scope": "/", "actions": ["*"], "notActions": ["*/write"]},
                {"scope": RG, "actions": ["Microsoft.CognitiveServices/accounts/write"]},
            ],
            True,
        ),
    ],
)
def test_write_needs_its_action_at_the_scope_or_above(
    caller_of: CallerOf, permissions: Any, is_allowed: bool
) -> None:
    caller = caller_of(permissions=permissions)
    answer = caller.request(ACCOUNT, method="PATCH", body={"tags": {"a": "b"}})
    assert answer.status == (200 if is_allowed else 403)
    assert ("tags" in caller.get(ACCOUNT)) is is_allowed
    if not is_allowed:
        error = body_of(answer)["error"]
        assert error["code"] == "AuthorizationFailed"
        named = f"'Microsoft.CognitiveServices/accounts/write' over scope '{ACCOUNT}'"
        assert named in error["message"]


def test_permissions_of_the_caller_are_listed_for_each_scope(caller_of: CallerOf) -> None:
    everywhere = {"scope": "/", "actions": ["*/read"], "notDataActions": ["x"]}
    here = {"scope": RG, "actions": ["*"], "notActions": ["*/delete"], "dataActions": ["d"]}
    caller = caller_of(permissions=[everywhere, here])
    listed = [
        {"actions": ["*/read"], "notActions": [], "dataActions": [], "notDataActions": ["x"]},
        {"actions": ["*"], "notActions": ["*/delete"], "dataActions": ["d"], "notDataActions": []},
    ]
    suffix = "providers/Microsoft.Authorization/permissions"
    assert caller.get(f"{ACCOUNT}/{suffix}")["value"] == listed
    assert caller.get(f"/subscriptions/{S1}/{suffix}")["value"] == listed[:1]


def test_log_shows_what_a_write_sent_and_a_write_changes_no_other_arm(
    caller: Any, caller_of: CallerOf
) -> None:
    caller.request(ACCOUNT, method="PATCH", body={"tags": {"a": "b"}})
    logged = caller.arm.log[-1]
    assert (logged.method, logged.path, logged.body) == ("PATCH", ACCOUNT, b'{"tags":{"a":"b"}}')
    assert "tags" not in caller_of().get(ACCOUNT)
    assert all("tags" not in entry for entry in caller.arm.tenant.resources)
