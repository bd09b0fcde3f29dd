"""role-session-identity-registry."""

from __future__ import annotations

from auditor.model.resources.container_registry import Registry
from auditor.relate.permissions import READS as PERMISSION_READS
from auditor.rule import Severity, Verdict, View, rule
from auditor_rules.controls import controls
from auditor_rules.role.sessions import (
    PROFILES,
    SESSIONS,
    SessionGrant,
    SessionGrants,
    assigning,
    contributor,
    judge_needs,
)

NEED = contributor(Registry, "container registry")


@rule(
    id="role-session-identity-registry",
    title="Session identity may manage the container registry",
    severity=Severity.MEDIUM,
    rule_class="function",
    subjects=SessionGrants(of=Registry, link="container_registry", called="container registry"),
    reads=PERMISSION_READS,
    profiles=PROFILES,
    remedy=assigning((NEED,)),
    sources=(SESSIONS,),
    controls=controls(mcsb=("IM-3",)),
)
def role_session_identity_registry(grant: SessionGrant[Registry], view: View) -> Verdict:
    """The user-assigned identity of compute sessions is Contributor of the workspace's container registry.

    Why
        A session pulls its base image from the registry of the workspace and, where packages are added, has
        an image built and pushed there.
    Pass when
        The identity holds every action of the control plane on the registry
        (`Microsoft.ContainerRegistry/registries/*`), by any roles together, made there or above, directly or
        through a group.
    Fail when
        Part of it is missing, or a deny assignment takes it away. AcrPull and AcrPush do not suffice. Low
        where it is granted on a part of the registry only.
    Unknown when
        It is granted only under an ABAC condition, the identity's object id is not stated, or the container
        registry, the compute instances, assignments, definitions or deny assignments could not be read.
    Not applicable when
        No user-assigned identity is attached to the workspace or a compute instance of it: sessions then run
        as their users. The workspace has no registry yet. The workspace is a hub or a feature store, in which
        no sessions run.
    Evidence
        The registry is `properties.containerRegistry` of the workspace, or of the hub of a project that names
        none. Identities in `identity.userAssignedIdentities` of the workspace and of its compute instances,
        with the object id that stands there or on the identity itself. Role assignments that reach it
        (`assignedTo()`), their role definitions and deny assignments, api-version 2022-04-01. Eligible-only
        assignments do not count; roles are known by their GUID.
    Remedy
        Assign Contributor to the identity on the registry.
    """
    return judge_needs(view, grant, (NEED,))
