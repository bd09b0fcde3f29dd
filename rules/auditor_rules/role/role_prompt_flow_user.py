"""role-prompt-flow-user."""

from __future__ import annotations

from auditor.model.resources.workspace import Workspace
from auditor.relate.permissions import READS as PERMISSION_READS
from auditor.relate.permissions import Requirement
from auditor.rule import Pass, Severity, Source, Verdict, View, rule
from auditor_rules.role.declared_people import DeclaredPeople, Grantee, judge_person, person_holds
from auditor_rules.role.grants import Need, noted

_WORKSPACES = "Microsoft.MachineLearningServices/workspaces"
NEED = Need(
    requirement=Requirement(
        actions=(
            f"{_WORKSPACES}/jobs/write",
            f"{_WORKSPACES}/onlineEndpoints/score/action",
            f"{_WORKSPACES}/datastores/read",
        )
    ),
    to_do="write flows, start compute sessions and run jobs in the workspace",
    role="f6c7c914-8db3-469d-8ca1-694a8f32e121",
    role_name="AzureML Data Scientist",
)
_WIDENS_NETWORK = Requirement(
    actions=(
        f"{_WORKSPACES}/outboundRules/write",
        f"{_WORKSPACES}/privateEndpointConnectionsApproval/action",
    )
)


@rule(
    id="role-prompt-flow-user",
    title="Prompt-flow users may work in the workspace",
    severity=Severity.LOW,
    rule_class="function",
    subjects=DeclaredPeople(of=Workspace, who="prompt_flow_users"),
    reads=PERMISSION_READS,
    profiles=("prompt-flow", "compute-session"),
    remedy=NEED.remedy(),
    sources=(
        Source(
            title="Manage prompt flow compute sessions",
            url="https://learn.microsoft.com/azure/machine-learning/prompt-flow/how-to-manage-compute-session",
        ),
        Source(
            title="Azure built-in roles",
            url="https://learn.microsoft.com/azure/role-based-access-control/built-in-roles",
        ),
    ),
)
def role_prompt_flow_user(grantee: Grantee[Workspace], view: View) -> Verdict:
    """A declared prompt-flow user may author flows and start compute sessions in the workspace.

    Why
        Flows are written and sessions are started with the user's own sign-in. Without the grant the user
        sees the workspace, if at all, and can start nothing.
    Pass when
        The user holds `jobs/write`, `onlineEndpoints/score/action` and `datastores/read` of the workspace, by
        any roles together, made there or above, directly or through a group. AzureML Data Scientist, Azure AI
        Developer, Azure AI Administrator, Contributor and Owner hold them. A note says so where the grant
        also lets the user add outbound rules and approve private endpoint connections of the workspace, as
        the documented role does: every author of flows can then widen the network.
    Fail when
        Part of it is missing, or a deny assignment takes it away: low.
    Unknown when
        It is granted only under an ABAC condition, or assignments, definitions or deny assignments could not
        be read.
    Not applicable when
        No prompt-flow user is declared for a workload of the workspace.
    Evidence
        `prompt_flow_users` of the declared workloads; role assignments that reach each (`assignedTo()`),
        their role definitions and deny assignments, api-version 2022-04-01. Of a group only assignments made
        to it count: ARM does not tell what it has through other groups. Eligible-only assignments do not
        count; roles are known by their GUID.
    Remedy
        Assign AzureML Data Scientist to the user, or to a group of users, on the workspace.
    """
    verdict = judge_person(view, grantee, NEED)
    if isinstance(verdict, Pass) and person_holds(view, grantee, _WIDENS_NETWORK):
        return noted(verdict, "it may also add outbound rules and approve private endpoints of the workspace")
    return verdict
