"""role-session-identity-app-insights."""

from __future__ import annotations

from auditor.model.resources.monitoring import Component
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

NEED = contributor(Component, "Application Insights component")


@rule(
    id="role-session-identity-app-insights",
    title="Session identity may manage Application Insights",
    severity=Severity.MEDIUM,
    rule_class="function",
    subjects=SessionGrants(of=Component, link="application_insights", called="component"),
    reads=PERMISSION_READS,
    profiles=PROFILES,
    remedy=assigning((NEED,)),
    sources=(SESSIONS,),
    controls=controls(mcsb=("IM-3",)),
)
def role_session_identity_app_insights(grant: SessionGrant[Component], view: View) -> Verdict:
    """The user-assigned identity of compute sessions is Contributor of the workspace's Application Insights.

    Why
        A session writes the traces and the logs of flow runs to the Application Insights component of the
        workspace. Without the grant runs leave no trace there.
    Pass when
        The identity holds every action of the control plane on the component
        (`Microsoft.Insights/components/*`), by any roles together, made there or above, directly or through a
        group. Application Insights Component Contributor and Monitoring Contributor suffice.
    Fail when
        Part of it is missing, or a deny assignment takes it away. Low where it is granted on a part of the
        component only.
    Unknown when
        It is granted only under an ABAC condition, the identity's object id is not stated, or the Application
        Insights component, the compute instances, assignments, definitions or deny assignments could not be
        read.
    Not applicable when
        No user-assigned identity is attached to the workspace or a compute instance of it: sessions then run
        as their users. The workspace names no Application Insights component. The workspace is a hub or a
        feature store, in which no sessions run.
    Evidence
        The component is `properties.applicationInsights` of the workspace, or of the hub of a project that
        names none. Identities in `identity.userAssignedIdentities` of the workspace and of its compute
        instances, with the object id that stands there or on the identity itself. Role assignments that reach
        it (`assignedTo()`), their role definitions and deny assignments, api-version 2022-04-01.
        Eligible-only assignments do not count; roles are known by their GUID.
    Remedy
        Assign Contributor to the identity on the component.
    """
    return judge_needs(view, grant, (NEED,))
