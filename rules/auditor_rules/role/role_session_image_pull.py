"""role-session-image-pull."""

from __future__ import annotations

from auditor.model.reasons import Reason
from auditor.model.resources.compute import OnlineDeployment, OnlineEndpoint
from auditor.model.resources.container_registry import Registry
from auditor.relate.images import custom_environments
from auditor.relate.permissions import READS as PERMISSION_READS
from auditor.relate.permissions import Requirement
from auditor.rule import NotApplicable, Severity, Verdict, View, rule
from auditor_rules.controls import controls
from auditor_rules.role.grants import Need
from auditor_rules.role.sessions import (
    PROFILES,
    SESSIONS,
    SessionGrant,
    SessionGrants,
    assigning,
    judge_needs,
)

PULL = Need(
    requirement=Requirement(actions=(f"{Registry.ARM_TYPE}/pull/read",)),
    to_do="pull images",
    role="7f951dda-4ed3-4680-a7ca-43fe172d538d",
    role_name="AcrPull",
)
READ_REPOSITORIES = Need(
    requirement=Requirement(data_actions=(f"{Registry.ARM_TYPE}/repositories/content/read",)),
    to_do="read the images of every repository",
    role="b93aa761-3e63-49ed-ac28-beffa264f7ac",
    role_name="Container Registry Repository Reader",
)


@rule(
    id="role-session-image-pull",
    title="Session identity may pull custom images",
    severity=Severity.MEDIUM,
    rule_class="function",
    subjects=SessionGrants(of=Registry, link="container_registry", called="container registry"),
    reads=(*PERMISSION_READS, OnlineEndpoint, OnlineDeployment),
    profiles=PROFILES,
    remedy=assigning((PULL,)),
    sources=(SESSIONS,),
    controls=controls(mcsb=("IM-3",)),
)
def role_session_image_pull(grant: SessionGrant[Registry], view: View) -> Verdict:
    """Where custom images are in use, the session's identity may pull from the workspace's registry.

    Why
        A flow with a custom base image needs that image at every start of its session. The identity of the
        session pulls it.
    Pass when
        The identity holds `Microsoft.ContainerRegistry/registries/pull/read` on the registry, by any role:
        AcrPull, and also Reader, whose `*/read` covers it. Where the registry's `roleAssignmentMode` is
        AbacRepositoryPermissions, the data action `repositories/content/read` instead: AcrPull and Reader
        count for nothing there.
    Fail when
        It is missing, or a deny assignment takes it away. Low where it is granted on a part of the registry
        only.
    Unknown when
        It is granted only under an ABAC condition, as repositories may be; `roleAssignmentMode` is not one
        that is known; the identity's object id is not stated; or the registry, compute instances,
        deployments, assignments, definitions or deny assignments could not be read.
    Not applicable when
        No user-assigned identity is attached to the workspace or a compute instance of it: sessions then run
        as their users. The workspace has no registry yet. No deployment of the workspace runs an environment
        of its own making: nothing speaks for custom images. The workspace is a hub or a feature store, in
        which no sessions run.
    Evidence
        Custom images: `properties.environmentId` of the online deployments of the workspace; environments of
        a registry of Azure Machine Learning and those named `AzureML-` are curated. What flows themselves
        name as base image lies in files, not in ARM. The registry is `properties.containerRegistry` of the
        workspace, and `properties.roleAssignmentMode` of it (absent or null: LegacyRegistryPermissions),
        api-version 2025-11-01. Identities in `identity.userAssignedIdentities` of the workspace and of its
        compute instances, with the object id that stands there or on the identity itself. Role assignments
        that reach it (`assignedTo()`), their role definitions and deny assignments, api-version 2022-04-01.
        Eligible-only assignments do not count; roles are known by their GUID.
    Remedy
        Assign AcrPull to the identity on the registry; Container Registry Repository Reader where the
        registry grants by repository.
    """
    if not custom_environments(view.estate, grant.workspace):
        said = f"nothing speaks for custom images in {grant.workspace.name}"
        return NotApplicable(message=said, reason=Reason.NOT_USED)
    by_repository = grant.target.role_assignment_mode.value == "AbacRepositoryPermissions"
    return judge_needs(view, grant, (READ_REPOSITORIES if by_repository else PULL,))
