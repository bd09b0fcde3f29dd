"""Role assignments, definitions and deny assignments, and what reaches each identity through groups."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.collect.source import Ask, Selection, Source, in_each_subscription
from auditor.model.estate import Estate
from auditor.model.resources.access import (
    DenyAssignment,
    PrincipalAssignment,
    RoleAssignment,
    RoleDefinition,
)
from auditor.model.resources.app import ContainerApp, Site
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.resources.search_service import SearchService
from auditor.model.resources.storage_account import StorageAccount
from auditor.model.resources.workspace import Workspace
from auditor.relate.evidence import principals
from auditor.relate.permissions import principal_scope

API_VERSION = "2022-04-01"
WHY = "the stable version with conditions and data actions"

_CARRIERS = (CognitiveAccount, SearchService, Workspace, Site, ContainerApp)
_TARGETS = (CognitiveAccount, SearchService, StorageAccount, Workspace)


def _reaching_each_identity(estate: Estate, _selection: Selection) -> Iterable[Ask]:
    """`assignedTo()` for each identity, in each subscription that holds something it might be granted on."""
    holding = {row.id.subscription for of in _TARGETS for row in estate.listed(of)}
    for principal in sorted(principals(estate)):
        for subscription in sorted(scope for scope in holding if scope is not None):
            path = f"{subscription}/providers/{RoleAssignment.ARM_TYPE}"
            query = f"?$filter=assignedTo('{principal}')"
            yield Ask(scope=principal_scope(subscription, principal), paths=(f"{path}{query}",))


def _definitions(estate: Estate, _selection: Selection) -> Iterable[Ask]:
    """Custom roles of every subscription; the built-in ones, the same everywhere, of one that can be read."""
    readable = (scope for scope in estate.audited if estate.was_read(RoleAssignment, scope))
    host = next(readable, estate.audited[0])
    for subscription in estate.audited:
        path = f"{subscription}/providers/{RoleDefinition.ARM_TYPE}?$filter="
        custom, built_in = f"{path}type eq 'CustomRole'", f"{path}type eq 'BuiltInRole'"
        yield Ask(scope=subscription, paths=(built_in, custom) if subscription == host else (custom,))


SOURCES = (
    Source(
        record=RoleAssignment,
        api_version=API_VERSION,
        why=WHY,
        # Without a filter a list holds what is at and below the subscription; atScope() adds what is above.
        asks=in_each_subscription(RoleAssignment, "", "?$filter=atScope()"),
    ),
    Source(
        record=PrincipalAssignment,
        api_version=API_VERSION,
        why=WHY,
        asks=_reaching_each_identity,
        requires=_CARRIERS,
        after=_TARGETS,
    ),
    Source(
        record=RoleDefinition,
        api_version=API_VERSION,
        why=WHY,
        asks=_definitions,
        requires=(RoleAssignment,),
    ),
    Source(
        record=DenyAssignment,
        api_version=API_VERSION,
        why=WHY,
        asks=in_each_subscription(DenyAssignment, "", "?$filter=atScope()"),
    ),
)
