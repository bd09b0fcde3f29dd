"""What kind of principal stands behind the object id of an access policy, as far as ARM tells."""

from __future__ import annotations

from auditor.model.estate import Estate
from auditor.model.resources.access import RoleAssignment
from auditor.model.wire import Resource
from auditor.relate.claims import is_principal
from auditor.relate.identities import CARRIERS, principals
from auditor.relate.owners import known

READS: tuple[type[Resource], ...] = (*CARRIERS, RoleAssignment)


def is_service(estate: Estate, principal: str) -> bool:
    """Whether it is the identity of a resource, or role assignments call it a service principal.

    `principal` is in lower case, here and below.
    """
    return principal in principals(estate) or "serviceprincipal" in _kinds(estate, principal)


def is_person(estate: Estate, principal: str) -> bool:
    """Whether role assignments call it a user or a group of users."""
    return not _kinds(estate, principal).isdisjoint(("user", "group"))


def may_be_group(estate: Estate, principal: str) -> bool:
    """Whether nothing says that it is a user or a service."""
    return not is_service(estate, principal) and "user" not in _kinds(estate, principal)


def _kinds(estate: Estate, principal: str) -> frozenset[str]:
    rows = estate.listed(RoleAssignment)
    kinds = (known(row.principal_type) for row in rows if is_principal(row, principal))
    return frozenset(kind.lower() for kind in kinds if kind)
