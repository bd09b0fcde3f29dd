"""The routes that change the tenant, each with its provider's own manners."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from auditor.sandbox import role_grants, zone_groups
from auditor.sandbox.authorization import Authorization
from auditor.sandbox.inventory import ArmObject, Inventory
from auditor.sandbox.long_running import Operations, Style
from auditor.sandbox.managed_networks import provisioned, with_rule, with_status, without_rule
from auditor.sandbox.private_links import approved_side, with_state
from auditor.sandbox.request import Request
from auditor.sandbox.responses import (
    ArmResponse,
    error,
    json_response,
    method_not_allowed,
    parent_not_found,
    resource_not_found,
)
from auditor.sandbox.scopes import ArmPath, key, parse_path
from auditor.sandbox.script import Change
from auditor.sandbox.updates import patched, replaced
from auditor.sandbox.write_types import (
    CONNECTION_STYLES,
    DELETED_TYPES,
    OUTBOUND_RULES,
    PROVISION_NETWORK,
    ROLE_ASSIGNMENTS,
    UPDATED_TYPES,
    ZONE_GROUPS,
)

_LOCKS = "microsoft.authorization/locks"
_LOCKING = {"write": frozenset(("readonly",)), "delete": frozenset(("readonly", "cannotdelete"))}
_Handler = Callable[[Request, ArmPath, ArmObject], ArmResponse]


class Writes:
    """Answers PUT, PATCH, DELETE and the one POST of a tenant; it changes things through `change` alone."""

    def __init__(
        self,
        tenant_id: str,
        inventory: Inventory,
        authorization: Authorization,
        operations: Operations,
        change: Callable[[Change], None],
    ) -> None:
        self._tenant_id = tenant_id
        self._inventory = inventory
        self._authorization = authorization
        self._operations = operations
        self._change = change
        self._handlers: dict[tuple[str, str], _Handler] = {
            ("PUT", ROLE_ASSIGNMENTS): self._assign_role,
            ("PUT", OUTBOUND_RULES): self._put_outbound_rule,
            ("PUT", ZONE_GROUPS): self._put_zone_group,
            ("POST", PROVISION_NETWORK): self._provision_network,
            **{("PUT", kind): self._put_connection for kind in CONNECTION_STYLES},
            **{("PUT", kind): self._update for kind in UPDATED_TYPES},
            **{("PATCH", kind): self._update for kind in UPDATED_TYPES},
            **{("DELETE", kind): self._delete for kind in DELETED_TYPES},
        }

    def handler(self, method: str, path: ArmPath) -> _Handler | None:
        """The route of a write; None where the sandbox has none, which is most of Azure."""
        is_action = method == "POST"
        if not path.namespace or path.is_collection is not is_action:
            return None
        return self._handlers.get((method, path.resource_type.lower()))

    def answer(self, request: Request, path: ArmPath) -> ArmResponse:
        handler = self.handler(request.method, path)
        if handler is None:
            return method_not_allowed(request.method)
        lock = self._lock(request.method, path)
        if lock is not None:
            return lock
        if path.owner and not self._inventory.exists(path.owner):
            return parent_not_found(path)
        body = _body(request)
        if body is None:
            return error(400, "InvalidRequestContent", "The request content is not a JSON object.")
        return handler(request, path, body)

    def _lock(self, method: str, path: ArmPath) -> ArmResponse | None:
        """409 where a lock at the resource or above forbids the write; None where none does."""
        operation = "delete" if method == "DELETE" else "write"
        levels = _LOCKING[operation]
        locked = [
            scope
            for lock in self._inventory.of_type(_LOCKS)
            if str(lock.get("properties", {}).get("level", "")).lower() in levels
            and self._authorization.contains(key(scope := parse_path(lock["id"]).scope), key(path.full))
        ]
        if not locked:
            return None
        message = (
            f"The scope '{path.full}' cannot perform {operation} operation because following scope(s) are "
            f"locked: '{','.join(locked)}'. Please remove the lock and try again."
        )
        return error(409, "ScopeLocked", message)

    def _put_connection(self, request: Request, path: ArmPath, body: ArmObject) -> ArmResponse:
        stored = self._inventory.get(path.full)
        if stored is None:
            return resource_not_found(path)
        state = (body.get("properties") or {}).get("privateLinkServiceConnectionState")
        if not isinstance(state, Mapping) or state.get("status") not in ("Approved", "Rejected"):
            message = "The status of the connection must be 'Approved' or 'Rejected'."
            return error(400, "InvalidPrivateEndpointConnectionStatus", message)
        style = CONNECTION_STYLES[path.resource_type.lower()]

        def finish() -> ArmObject:
            # Whoever stands behind the name by now gets the state: no provider checks who stood there before.
            connection = with_state(self._inventory.get(path.full) or stored, state)
            self._store(connection)
            endpoint_id = ((connection.get("properties") or {}).get("privateEndpoint") or {}).get("id")
            endpoint = self._inventory.get(endpoint_id) if isinstance(endpoint_id, str) else None
            if endpoint is not None:
                self._store(approved_side(endpoint, connection, path.owner, state))
            return self._wired(connection)

        if style is None:
            return json_response(finish())
        meanwhile = with_status(stored, "Updating")
        self._store(meanwhile)
        return self._operations.start(request, path, style, meanwhile, finish)

    def _update(self, request: Request, path: ArmPath, body: ArmObject) -> ArmResponse:
        stored = self._inventory.get(path.full)
        if stored is None:
            return resource_not_found(path)
        change = patched if request.method == "PATCH" else replaced
        style = UPDATED_TYPES[path.resource_type.lower()]

        def finish() -> ArmObject:
            changed = change(self._inventory.get(path.full) or stored, body, self._tenant_id)
            self._store(changed)
            return self._wired(changed)

        if style is None:
            return json_response(finish())
        return self._operations.start(request, path, style, self._wired(stored), finish)

    def _assign_role(self, request: Request, path: ArmPath, body: ArmObject) -> ArmResponse:
        asked = role_grants.read(path, body)
        if isinstance(asked, ArmResponse):
            return asked
        definition_name = asked["properties"]["roleDefinitionId"].rpartition("/")[2]
        if self._authorization.definition(path.scope, definition_name) is None:
            message = f"The specified role definition with ID '{definition_name}' does not exist."
            return error(404, "RoleDefinitionDoesNotExist", message)
        held = self._inventory.get(path.full)
        if held is not None:
            return role_grants.repeated(held, asked)
        others = self._inventory.of_type(ROLE_ASSIGNMENTS)
        if any(role_grants.is_same_grant(asked, other) for other in others):
            return error(409, "RoleAssignmentExists", "The role assignment already exists.")
        self._store(asked)
        return json_response(asked, 201)

    def _provision_network(self, request: Request, path: ArmPath, body: ArmObject) -> ArmResponse:
        workspace = self._inventory.get(path.owner)
        if workspace is None:
            return parent_not_found(path)
        network = (workspace.get("properties") or {}).get("managedNetwork") or {}
        if str(network.get("isolationMode", "Disabled")).lower() == "disabled":
            return error(400, "ValidationError", "This workspace has no managed network isolation.")
        spark = body.get("includeSpark") is True

        def finish() -> ArmObject:
            changed = provisioned(self._inventory.get(path.owner) or workspace, spark=spark)
            self._store(changed)
            status: ArmObject = changed["properties"]["managedNetwork"]["status"]
            return status

        return self._operations.start(request, path, Style.ACCEPTED_LOCATION, None, finish)

    def _put_outbound_rule(self, request: Request, path: ArmPath, body: ArmObject) -> ArmResponse:
        asked = {
            "id": path.full,
            "name": path.names[-1],
            "type": "Microsoft.MachineLearningServices/workspaces/outboundRules",
            "properties": body.get("properties") or {},
        }

        def finish() -> ArmObject:
            workspace = self._inventory.get(path.owner)
            if workspace is None:
                return asked
            rule, changed = with_rule(workspace, asked)
            self._store(rule)
            self._store(changed)
            return rule

        return self._operations.start(request, path, Style.ACCEPTED_LOCATION, asked, finish)

    def _put_zone_group(self, request: Request, path: ArmPath, body: ArmObject) -> ArmResponse:
        asked = {
            "id": path.full,
            "name": path.names[-1],
            "type": "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
            "properties": dict(body.get("properties") or {}),
        }
        missing = [zone for zone in zone_groups.zone_ids(asked) if self._inventory.get(zone) is None]
        if missing:
            message = f"Resource {missing[0]} referenced by resource {path.full} was not found."
            return error(400, "InvalidResourceReference", message)
        meanwhile = with_status(asked, "Updating")
        self._store(meanwhile)

        def finish() -> ArmObject:
            group = zone_groups.with_records(asked, self._inventory.get(path.owner) or {})
            self._store(group)
            for record in zone_groups.record_resources(group):
                self._store(record)
            return group

        return self._operations.start(request, path, Style.CREATED_ASYNC, meanwhile, finish)

    def _delete(self, request: Request, path: ArmPath, body: ArmObject) -> ArmResponse:
        if self._inventory.get(path.full) is None:
            return ArmResponse(status=204)
        self._change(Change(delete=(path.full,)))
        workspace = self._inventory.get(path.owner)
        if workspace is not None and path.resource_type.lower() == OUTBOUND_RULES:
            self._store(without_rule(workspace, path.names[-1]))
        return ArmResponse(status=200)

    def _store(self, resource: ArmObject) -> None:
        self._change(Change(put=(resource,)))

    def _wired(self, resource: ArmObject) -> ArmObject:
        decoded: ArmObject = orjson.loads(orjson.dumps(self._inventory.wire(resource)))
        return decoded


def _body(request: Request) -> Mapping[str, Any] | None:
    """The JSON object that was sent; None where it is something else, or missing where one is due."""
    if not request.body and request.method in ("POST", "DELETE"):
        return {}
    try:
        decoded = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        return None
    return decoded if isinstance(decoded, dict) else None
