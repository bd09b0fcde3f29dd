"""Assigning a role: the one grant that is missing, on the resource, under a name that is always the same."""

from __future__ import annotations

import shlex
import uuid
from collections.abc import Mapping
from typing import Any

from auditor.collect.arm import Reader
from auditor.collect.authorization import API_VERSION
from auditor.fix.change import Wanted
from auditor.fix.guided.reading import read_list, read_object
from auditor.fix.guided.step import Step
from auditor.model.fix import FixKind
from auditor.model.guided import Grant
from auditor.model.ids import ArmId, same_text

_NAMES = uuid.UUID("c3b6b1a8-54b1-5c0e-9d8d-6f4d0a7c2e11")
_ASSIGNMENTS = "providers/Microsoft.Authorization/roleAssignments"


def assignment_name(grant: Grant) -> str:
    """The same GUID for the same grant, so that a second run finds the first one's."""
    return str(uuid.uuid5(_NAMES, "\n".join((grant.scope, grant.principal_id, grant.role)).lower()))


async def grant_step(reader: Reader, grant: Grant) -> Step:
    """Finds the grant under whatever name it has already. Raises ReadFailed."""
    held = await _held(reader, grant)
    path = f"{grant.scope}/{_ASSIGNMENTS}/{assignment_name(grant)}"
    object_id = str(held["id"]) if held else path
    before = held or await read_object(reader, path, API_VERSION)
    subscription = ArmId.parse(grant.scope).subscription
    definitions = f"{subscription or ''}/providers/Microsoft.Authorization/roleDefinitions"
    kind = {"principalType": grant.principal_type} if grant.principal_type else {}
    return Step(
        kind=FixKind.ASSIGN_ROLE,
        target=grant.scope,
        object_id=object_id,
        api_version=API_VERSION,
        said=f"assign {grant.role_name} on {ArmId.parse(grant.scope).name} to {grant.principal_id}",
        held="not granted" if before is None else "granted",
        wish=f"{grant.role_name} granted to {grant.principal_id}",
        before=before,
        wanted=(
            Wanted(path="properties.principalId", match="text", value=grant.principal_id),
            Wanted(path="properties.roleDefinitionId", match="last-segment", value=grant.role),
            Wanted(path="properties.scope", match="text", value=grant.scope),
        ),
        may_change=(),
        method="PUT",
        path=object_id,
        body={
            "properties": {
                "roleDefinitionId": f"{definitions}/{grant.role}",
                "principalId": grant.principal_id,
                **kind,
            }
        },
        action="Microsoft.Authorization/roleAssignments/write",
        is_due=before is None,
        revert=f"az role assignment delete --ids {shlex.quote(object_id)}",
    )


async def _held(reader: Reader, grant: Grant) -> Mapping[str, Any] | None:
    query = f"$filter=principalId%20eq%20'{grant.principal_id}'"
    rows = await read_list(reader, f"{grant.scope}/{_ASSIGNMENTS}?{query}", API_VERSION)
    for row in rows:
        properties = row.get("properties") or {}
        role = str(properties.get("roleDefinitionId", "")).rpartition("/")[2]
        if (
            same_text(str(properties.get("scope", "")), grant.scope)
            and same_text(str(properties.get("principalId", "")), grant.principal_id)
            and same_text(role, grant.role)
        ):
            return row
    return None
