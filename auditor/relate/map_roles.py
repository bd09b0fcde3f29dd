"""The identities of a map, and the roles that lead from who holds them to what they reach."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model.ids import ArmId, MalformedId
from auditor.model.map import MapNode
from auditor.model.resources.access import RoleAssignment
from auditor.model.resources.compute import Compute
from auditor.model.resources.user_assigned_identity import ManagedIdentity
from auditor.relate.identities import CARRIERS, Carrier
from auditor.relate.map_sheet import MapSheet
from auditor.relate.owners import known

_Carrier = Carrier | Compute
_CARRIERS: tuple[type[_Carrier], ...] = (*CARRIERS, Compute)


def draw_identities(sheet: MapSheet) -> None:
    """The user-assigned identities that what is on the map runs as."""
    for of in _CARRIERS:
        for row in sheet.drawn(of):
            for attached in known(row.identity.user_assigned) or ():
                identity = _parsed(attached.key)
                if identity is not None:
                    sheet.add(identity)
                    path = attached.principal_id.path
                    sheet.join(row.id, identity, "identity", "runs as", resource=row.id, path=path)


def draw_roles(sheet: MapSheet) -> None:
    """Each role that an identity on the map holds on something there, or on a scope around its services."""
    around = {scope for of in _CARRIERS for row in sheet.drawn(of) for scope in row.id.scopes()}
    for principal, holder in dict(_holders(sheet)).items():
        for assignment in sheet.index.assignments.get(principal, ()):
            at = known(assignment.assigned_at)
            if at is not None:
                _draw_role(sheet, holder, at, assignment, is_near=at in around)


def _draw_role(
    sheet: MapSheet, holder: ArmId, at: ArmId, assignment: RoleAssignment, *, is_near: bool
) -> None:
    target = sheet.nearest(at) if at.resource_type is not None else at
    if target is None or not (is_near or target in sheet):
        return
    if target not in sheet:
        sheet.add_node(MapNode(id=at.text, kind="scope", label=_scope_name(at)))
    role = known(assignment.role_definition)
    guid = role.name.lower() if role else ""
    label = sheet.index.role_names.get(guid) or f"role {guid}"
    below = f" on {at.name}" if target != at else ""
    path = assignment.assigned_at.path
    sheet.join(holder, target, "role", f"{label}{below}", resource=assignment.id, path=path)


def _holders(sheet: MapSheet) -> Iterator[tuple[str, ArmId]]:
    """Object id in lower case → the node that acts by it: a service, or the identity it runs as."""
    for of in _CARRIERS:
        for row in sheet.drawn(of):
            if principal := known(row.identity.principal_id):
                yield principal.lower(), row.id
            for attached in known(row.identity.user_assigned) or ():
                identity = _parsed(attached.key)
                if identity is not None and (principal := known(attached.principal_id)):
                    yield principal.lower(), identity
    for own in sheet.drawn(ManagedIdentity):
        if principal := known(own.principal_id):
            yield principal.lower(), own.id


def _scope_name(scope: ArmId) -> str:
    if scope.subscription_id is None:
        return scope.name or "the tenant's root"
    return scope.resource_group or f"subscription {scope.name}"


def _parsed(text: str) -> ArmId | None:
    try:
        return ArmId.parse(text)
    except MalformedId:
        return None
