"""Role assignments, definitions and deny assignments, and what reaches each principal through groups."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from auditor.collect.source import Ask, Selection, Source, in_each_subscription
from auditor.model.estate import Estate
from auditor.model.ids import ArmId, same_text
from auditor.model.resources.access import (
    DenyAssignment,
    PrincipalAssignment,
    RoleAssignment,
    RoleDefinition,
)
from auditor.model.resources.app import ContainerApp, Site
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.resources.compute import Compute
from auditor.model.resources.identity import Identity
from auditor.model.resources.kubernetes import ManagedCluster
from auditor.model.resources.network import PrivateEndpoint
from auditor.model.resources.search_service import SearchService
from auditor.model.resources.storage_account import StorageAccount
from auditor.model.resources.user_assigned_identity import ManagedIdentity
from auditor.model.resources.workspace import OutboundRule, Workspace
from auditor.relate.identities import principals
from auditor.relate.owners import known
from auditor.relate.permissions import principal_scope
from auditor.relate.session_identities import session_principals
from auditor.relate.workloads import members_of

API_VERSION = "2022-04-01"
WHY = "the stable version with conditions and data actions"

# The text comes from the tenant and goes into a query.
_OBJECT_ID = re.compile(r"[\w-]+", re.ASCII)
_CARRIERS = (CognitiveAccount, SearchService, Workspace, Site, ContainerApp)
_TARGETS = (CognitiveAccount, SearchService, StorageAccount, Workspace)
# Few rules ask what these may do: their identities are looked up where they are read anyway.
_RUNNERS: tuple[type[Compute] | type[ManagedCluster], ...] = (Compute, ManagedCluster)


def _reaching_each_principal(estate: Estate, selection: Selection) -> Iterable[Ask]:
    """`assignedTo()` for each identity and declared person, where there is something to be granted to it."""
    everywhere = {row.id.subscription for of in _TARGETS for row in estate.listed(of)}
    wanted: dict[str, set[ArmId | None]] = {}
    for principal, carriers in principals(estate).items():
        beyond = (_beyond(estate, row) for row in carriers if isinstance(row, Workspace))
        wanted[principal] = everywhere.union(*beyond)
    for principal in _runner_principals(estate):
        wanted.setdefault(principal, set()).update(everywhere)
    for workspace, identity, principal in session_principals(estate):
        subscriptions = everywhere | _beyond(estate, workspace) | {identity.id.subscription}
        wanted.setdefault(principal.lower(), set()).update(subscriptions)
    for principal, subscriptions in _declared(estate, selection):
        wanted.setdefault(principal, set()).update(subscriptions)
    for principal in sorted(filter(_OBJECT_ID.fullmatch, wanted)):
        for subscription in sorted(scope for scope in estate.audited if scope in wanted[principal]):
            path = f"{subscription}/providers/{RoleAssignment.ARM_TYPE}"
            query = f"?$filter=assignedTo('{principal}')"
            yield Ask(scope=principal_scope(subscription, principal), paths=(f"{path}{query}",))


def _runner_principals(estate: Estate) -> Iterator[str]:
    """The object ids, in lower case, of the identities of computes and clusters."""
    identities: list[Identity] = [row.identity for row in estate.listed(Compute)]
    identities += [row.identity for row in estate.listed(ManagedCluster)]
    for identity in identities:
        facts = [identity.principal_id]
        facts += [assigned.principal_id for assigned in known(identity.user_assigned) or ()]
        yield from (found.lower() for fact in facts if (found := known(fact)))


def _beyond(estate: Estate, workspace: Workspace) -> set[ArmId | None]:
    """The subscriptions of what a workspace links and reaches, and of the endpoints of its storage."""
    facts = (
        workspace.storage_account,
        workspace.key_vault,
        workspace.container_registry,
        workspace.application_insights,
        workspace.primary_identity,
    )
    named = [known(fact) for fact in facts]
    named += [rule.target for rule in estate.listed(OutboundRule) if rule.scope == workspace.id]
    storage = known(workspace.storage_account)
    for endpoint in estate.listed(PrivateEndpoint):
        requests = (*(known(endpoint.automatic) or ()), *(known(endpoint.manual) or ()))
        if storage is not None and any(known(request.target) == storage for request in requests):
            named.append(endpoint.id)
    return {rid.subscription for rid in named if rid is not None}


def _declared(estate: Estate, selection: Selection) -> Iterable[tuple[str, set[ArmId | None]]]:
    """Declared developers and users with the subscriptions of their workloads, groups left out.

    ARM refuses a group's object id here, so one that an assignment shows to be a group's is not asked for.
    """
    groups = {
        found.lower()
        for row in estate.listed(RoleAssignment)
        if (kind := known(row.principal_type)) and same_text(kind, "Group")
        if (found := known(row.principal_id))
    }
    for workload in selection.declared.workloads:
        members = {rid for ids in members_of(workload).values() for rid in ids}
        attached = [one.id for where, one, _ in session_principals(estate) if where.id in members]
        subscriptions = {rid.subscription for rid in (*members, *attached)}
        for person in (*workload.developers, *workload.prompt_flow_users):
            if person.lower() not in groups:
                yield person.lower(), subscriptions


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
        asks=_reaching_each_principal,
        requires=_CARRIERS,
        after=(*_TARGETS, *_RUNNERS, ManagedIdentity, RoleAssignment, OutboundRule, PrivateEndpoint),
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
