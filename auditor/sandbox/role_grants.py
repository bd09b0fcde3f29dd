"""Role assignments as the authorization service takes them: a GUID of the caller's, each grant once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from auditor.sandbox.responses import ArmResponse, error, json_response
from auditor.sandbox.scopes import ArmPath, key

ArmObject = Mapping[str, Any]

_GUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_OPTIONAL = ("condition", "conditionVersion", "delegatedManagedIdentityResourceId", "description")


def read(path: ArmPath, body: ArmObject) -> ArmObject | ArmResponse:
    """The assignment that is asked for, or the error that it gets."""
    name = path.names[-1]
    if not _GUID.fullmatch(name):
        message = f"The role assignment ID '{name}' is not valid. The role assignment ID must be a GUID."
        return error(400, "InvalidRoleAssignmentId", message)
    properties = body.get("properties") or {}
    if not all(isinstance(properties.get(member), str) for member in ("roleDefinitionId", "principalId")):
        return error(400, "BadRequestFormat", "The request was incorrectly formatted.")
    return {
        "id": path.full,
        "name": name,
        "type": "Microsoft.Authorization/roleAssignments",
        "properties": {
            "roleDefinitionId": properties["roleDefinitionId"],
            "principalId": properties["principalId"],
            "principalType": properties.get("principalType") or "ServicePrincipal",
            "scope": path.scope or "/",
            **{member: properties.get(member) for member in _OPTIONAL},
        },
    }


def repeated(held: ArmObject, asked: ArmObject) -> ArmResponse:
    """The answer to a PUT of a name that is taken: the same grant changes nothing, another is refused."""
    if is_same_grant(held, asked):
        return json_response(held, 200)
    message = "Tenant ID, application ID, principal ID, and scope are not allowed to be updated."
    return error(409, "RoleAssignmentUpdateNotPermitted", message)


def is_same_grant(one: ArmObject, other: ArmObject) -> bool:
    return _grant(one) == _grant(other)


def _grant(assignment: ArmObject) -> tuple[str, str, str]:
    properties = assignment.get("properties") or {}
    scope = properties.get("scope") or assignment["id"].lower().rpartition("/providers/")[0]
    role = str(properties.get("roleDefinitionId", "")).rpartition("/")[2].lower()
    return key(str(scope)), role, str(properties.get("principalId", "")).lower()
