"""The official typed clients over our cassettes, and their models turned back into ARM's own shape."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import vcr

from auditor.sandbox.transport import SandboxToken
from tests.collect.scenarios import AI_PROD, ARM_URL

# Their own api-versions, page sizes and switches differ from ours; what is asked for is the same.
_OF_NO_MATTER = frozenset({"api-version", "count", "includeall", "orderbyasc", "$skip"})
_FOR_EVER = 4_102_444_800


class StaticCredential:
    """A synchronous credential that holds a token."""

    def get_token(self, *_scopes: str, **_options: Any) -> SandboxToken:
        return SandboxToken("REDACTED", _FOR_EVER)


def same_question(one: Any, other: Any) -> None:
    """A vcrpy matcher: method, path without case, and the query but for what does not matter."""
    assert _question(one) == _question(other)


def _question(request: Any) -> tuple[str, str, frozenset[tuple[str, str]]]:
    parts = urlsplit(request.uri)
    query = {
        (name.lower(), value) for name, value in parse_qsl(parts.query) if name.lower() not in _OF_NO_MATTER
    }
    return request.method, parts.path.lower(), frozenset(query)


@contextmanager
def typed_replay(path: Path) -> Iterator[None]:
    """Every typed client of the process reads the cassette; what it does not hold raises."""
    tape = vcr.VCR(record_mode="none", match_on=["question"])
    tape.register_matcher("question", same_question)
    with tape.use_cassette(str(path), allow_playback_repeats=True):
        yield


def options() -> dict[str, Any]:
    return {"base_url": ARM_URL, "credential_scopes": [f"{ARM_URL}/.default"]}


def wire_of(model: Any) -> dict[str, Any]:
    """A model in ARM's own shape, nested and in wire names, as the SDK itself would send or print it."""
    if hasattr(model, "serialize"):
        found: dict[str, Any] = model.serialize(keep_readonly=True)
        return found
    return dict(model.as_dict())


def _credential() -> Any:
    return StaticCredential()


def cognitive() -> Mapping[str, list[dict[str, Any]]]:
    from azure.mgmt.cognitiveservices import CognitiveServicesManagementClient

    found: dict[str, list[dict[str, Any]]] = {"connections": [], "deployments": []}
    with CognitiveServicesManagementClient(_credential(), AI_PROD, **options()) as client:
        accounts = [wire_of(one) for one in client.accounts.list()]
        for account in accounts:
            at = group_of(account["id"]), account["name"]
            connections = client.private_endpoint_connections.list(*at)
            found["connections"] += [wire_of(one) for one in connections.value or []]
            found["deployments"] += [wire_of(one) for one in client.deployments.list(*at)]
    return {"accounts": accounts, **found}


def search() -> Mapping[str, list[dict[str, Any]]]:
    from azure.mgmt.search import SearchManagementClient

    found: dict[str, list[dict[str, Any]]] = {"connections": [], "links": [], "perimeters": []}
    with SearchManagementClient(_credential(), AI_PROD, **options()) as client:
        services = [wire_of(one) for one in client.services.list_by_subscription()]
        for service in services:
            at = group_of(service["id"]), service["name"]
            listed = client.private_endpoint_connections.list_by_service(*at)
            found["connections"] += [wire_of(one) for one in listed]
            links = client.shared_private_link_resources.list_by_service(*at)
            found["links"] += [wire_of(one) for one in links]
            if in_perimeter(service):
                perimeters = client.network_security_perimeter_configurations.list_by_service(*at)
                found["perimeters"] += [wire_of(one) for one in perimeters]
    return {"services": services, **found}


def storage() -> Mapping[str, list[dict[str, Any]]]:
    from azure.mgmt.storage import StorageManagementClient

    connections, perimeters = list[dict[str, Any]](), list[dict[str, Any]]()
    with StorageManagementClient(_credential(), AI_PROD, **options()) as client:
        accounts = [wire_of(one) for one in client.storage_accounts.list()]
        for account in accounts:
            at = group_of(account["id"]), account["name"]
            connections += [wire_of(one) for one in client.private_endpoint_connections.list(*at)]
            if in_perimeter(account):
                listed = client.network_security_perimeter_configurations.list(*at)
                perimeters += [wire_of(one) for one in listed]
    return {"accounts": accounts, "connections": connections, "perimeters": perimeters}


def network() -> Mapping[str, list[dict[str, Any]]]:
    from azure.mgmt.network import NetworkManagementClient

    with NetworkManagementClient(_credential(), AI_PROD, **options()) as client:
        endpoints = [wire_of(one) for one in client.private_endpoints.list_by_subscription()]
        interfaces = [wire_of(one) for one in client.network_interfaces.list_all()]
        networks = [wire_of(one) for one in client.virtual_networks.list_all()]
        groups = [
            wire_of(one)
            for endpoint in endpoints
            for one in client.private_dns_zone_groups.list(endpoint["name"], group_of(endpoint["id"]))
        ]
    subnets = [subnet for one in networks for subnet in one["properties"]["subnets"]]
    return {
        "endpoints": endpoints,
        "interfaces": interfaces,
        "networks": networks,
        "subnets": subnets,
        "zone groups": groups,
    }


def authorization() -> Mapping[str, list[dict[str, Any]]]:
    from azure.mgmt.authorization import AuthorizationManagementClient

    scope = f"subscriptions/{AI_PROD}"
    with AuthorizationManagementClient(_credential(), AI_PROD, **options()) as client:
        return {
            "assignments": [wire_of(one) for one in client.role_assignments.list_for_subscription()],
            "definitions": [
                wire_of(one)
                for kind in ("BuiltInRole", "CustomRole")
                for one in client.role_definitions.list(scope, filter=f"type eq '{kind}'")
            ],
            "denials": [wire_of(one) for one in client.deny_assignments.list()],
        }


def machine_learning() -> Mapping[str, list[dict[str, Any]]]:
    """What the entities show, in ARM's shape; private endpoint connections have no list here."""
    client = _ml_client()
    workspaces = list(client.workspaces.list(scope="subscription"))
    found: dict[str, list[dict[str, Any]]] = {"rules": [], "datastores": [], "connections": []}
    for workspace in workspaces:
        inside = _ml_client(group_of(workspace.id), workspace.name)
        rules = inside.workspace_outbound_rules.list(workspace.name)
        found["rules"] += [_rule(one, workspace.id) for one in rules]
        found["datastores"] += [_datastore(one) for one in inside.datastores.list()]
        found["connections"] += [_connection(one) for one in inside.connections.list()]
    return {"workspaces": [_workspace(one) for one in workspaces], **found}


def _ml_client(group: str | None = None, workspace: str | None = None) -> Any:
    # Its dependencies warn while they are imported; nothing of that is ours.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from azure.ai.ml import MLClient

    metadata = {
        "azure_portal": ARM_URL,
        "resource_manager": ARM_URL,
        "active_directory": ARM_URL,
        "aml_resource_id": ARM_URL,
        "storage_endpoint": "core.windows.net",
        "registry_discovery_endpoint": ARM_URL,
    }
    named: dict[str, Any] = {"cloud": "Sandbox", "cloud_metadata": metadata, "enable_telemetry": False}
    return MLClient(_credential(), AI_PROD, group, workspace, **named)


def _workspace(one: Any) -> dict[str, Any]:
    hub = getattr(one, "hub_id", None) or getattr(one, "_hub_id", None)
    return {
        "id": one.id,
        "kind": getattr(one, "_kind", None),
        "identity": _identity(one.identity),
        "properties": {
            **_camel(one),
            "hubResourceId": hub,
            "serverlessComputeSettings": _serverless(one.serverless_compute),
        },
    }


def _serverless(one: Any) -> dict[str, Any] | None:
    if one is None:
        return None
    subnet = None if one.custom_subnet is None else str(one.custom_subnet)
    return {"serverlessComputeCustomSubnet": subnet, "serverlessComputeNoPublicIP": one.no_public_ip}


def _camel(found: Any) -> Any:
    """An entity's public members in ARM's spelling: `isolation_mode` of an object as `isolationMode`."""
    match found:
        case Enum():
            return found.value
        case str() | int() | float() | None:
            return found
        case list() | tuple():
            return [_camel(one) for one in found]
        case Mapping():
            return {name: _camel(one) for name, one in found.items()}
        case _:
            public = {name: one for name, one in vars(found).items() if not name.startswith("_")}
            return {_camel_case(name): _camel(one) for name, one in public.items()}


def _camel_case(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _identity(one: Any) -> dict[str, Any] | None:
    if one is None:
        return None
    users = {
        user.resource_id: {"principalId": user.principal_id, "clientId": user.client_id}
        for user in one.user_assigned_identities or ()
    }
    kind = "".join(word.capitalize() for word in one.type.replace(",", ", ").split("_"))
    found = {"type": kind, "principalId": one.principal_id, "tenantId": one.tenant_id}
    return {**found, "userAssignedIdentities": users or None}


def _rule(one: Any, workspace_id: str) -> dict[str, Any]:
    members = _camel(one)
    if "destination" not in members:
        beside = ("name", "type", "category", "status")
        members["destination"] = {name: value for name, value in members.items() if name not in beside}
    return {"id": f"{workspace_id}/outboundRules/{one.name}", "properties": members}


def _datastore(one: Any) -> dict[str, Any]:
    return {"id": one.id, "properties": {**_camel(one), "datastoreType": _camel(one.type)}}


def _connection(one: Any) -> dict[str, Any]:
    metadata = one.metadata or {}
    renamed = {"category": one.type, "authType": getattr(one.credentials, "type", None), "target": one.target}
    properties = {**_camel(one), **_camel(renamed), "metadata": _camel(dict(metadata))}
    return {"id": one.id, "properties": properties}


def in_perimeter(resource: dict[str, Any]) -> bool:
    return str(resource["properties"].get("publicNetworkAccess")).lower() == "securedbyperimeter"


def group_of(resource_id: str) -> str:
    return resource_id.split("/")[4]


TYPED: Mapping[str, Callable[[], Mapping[str, list[dict[str, Any]]]]] = {
    "cognitiveservices": cognitive,
    "search": search,
    "storage": storage,
    "network": network,
    "authorization": authorization,
    "machinelearning": machine_learning,
}
