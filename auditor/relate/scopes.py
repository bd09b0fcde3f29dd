"""Where an assignment holds: on a target as a whole, on a part of it, or elsewhere."""

from __future__ import annotations

from auditor.model.ids import ROOT_SCOPE, ArmId, same_text

_MANAGEMENT_GROUP = "Microsoft.Management/managementGroups"


def holds_on(assigned_at: ArmId, target: ArmId) -> bool:
    """Whether what is assigned at one scope holds on the whole target.

    By whole segments, so `/rg1` never holds `/rg10`. A management group holds the target: it is asked of
    those only that stand in the list of the target's own subscription, which is Azure's word that the group
    is above.
    """
    return target.is_within(assigned_at) or _is_management_group(assigned_at)


def depth(scope: ArmId) -> int:
    """How narrow a scope is: 0 the root, 1 a management group, then the longer the id the narrower."""
    if scope.key == ROOT_SCOPE:
        return 0
    return 1 if _is_management_group(scope) else len(scope.segments)


def looks_like(scope: ArmId, target: ArmId) -> bool:
    """Whether a reader may take a scope for the target or one above it, though it is neither.

    Its text runs on from one of them (`/rg1` and `/rg10`), or it is a resource of the same type and name
    elsewhere.
    """
    ours, theirs = target.resource_type or "", scope.resource_type or ""
    if ours and same_text(ours, theirs) and same_text(target.name, scope.name):
        return True
    if target.key.startswith(scope.key):
        return True
    above = (here for here in target.scopes() if here.key != ROOT_SCOPE)
    return any(scope.key.startswith(here.key) and not scope.is_within(here) for here in above)


def _is_management_group(scope: ArmId) -> bool:
    return len(scope.segments) == 4 and same_text(scope.resource_type or "", _MANAGEMENT_GROUP)
