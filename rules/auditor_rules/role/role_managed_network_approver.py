"""role-managed-network-approver."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.model.estate import Estate
from auditor.model.finding import NotApplicable, Undecided
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.resources.workspace import OutboundRule, Workspace
from auditor.model.wire import Resource
from auditor.relate.owners import known
from auditor.relate.permissions import READS as PERMISSION_READS
from auditor.relate.permissions import Requirement
from auditor.relate.targets import TARGET_OF, approving_actions
from auditor.relate.workloads import READS as RELATION_READS
from auditor.rule import (
    Excluded,
    Fail,
    Pass,
    Remedy,
    Severity,
    Source,
    Subject,
    Verdict,
    View,
    rule,
    unknown_of,
)
from auditor_rules.controls import controls
from auditor_rules.role.grants import ASSIGN, Need, called, judge_grant, noted
from auditor_rules.role.linked_storage import identity_of

_ROLE = "b556d68e-0be0-4f35-a333-ad7ee1ce17ea"
_ROLE_NAME = "Azure AI Enterprise Network Connection Approver"


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """What an outbound rule of a managed network leads to, outside the workspace's own resources."""

    workspace: Workspace
    asked: OutboundRule
    target: ArmId


@dataclass(frozen=True, slots=True, kw_only=True)
class Destinations:
    """Each target of a workspace's private endpoint rules once; related is the workspace.

    The result is about the target, or about the outbound rule where the target was not read. A workspace that
    has no managed network, or reaches only its own resources, is excluded.
    """

    @property
    def listing(self) -> tuple[type[Resource], ...]:
        return (Workspace,)

    @property
    def reads(self) -> tuple[type[Resource], ...]:
        return (*TARGET_OF.values(), *RELATION_READS)

    def __call__(self, view: View, /) -> Iterator[Subject[Destination] | Excluded]:
        rows = {row.id: row for of in TARGET_OF.values() for row in view.estate.listed(of)}
        for workspace in view.estate.listed(Workspace):
            try:
                found = _destinations(view.estate, workspace)
            except Undecided as undecided:
                yield Excluded(resource=workspace, verdict=unknown_of(undecided))
                continue
            if isinstance(found, NotApplicable):
                yield Excluded(resource=workspace, verdict=found)
                continue
            for destination in found:
                target = rows.get(destination.target)
                resource: Resource = target or destination.asked
                beyond = () if target else (destination.target.text,)
                yield Subject(resource=resource, judged=destination, related=(workspace.id.text, *beyond))


def _destinations(estate: Estate, workspace: Workspace) -> tuple[Destination, ...] | NotApplicable:
    """Raises Undecided where the rules, the hub or a link could not be read."""
    mode = workspace.isolation_mode
    if mode.value == "Disabled":
        return NotApplicable(
            message=f"{called(estate, workspace)} has no managed network",
            reason=Reason.NOT_USED,
            evidence=(mode.evidence(),),
        )
    if workspace.hub.value is not None:
        return NotApplicable(
            message=f"{called(estate, workspace)} uses the managed network of its hub",
            reason=Reason.SERVED_OTHERWISE,
            evidence=(workspace.hub.evidence(),),
        )
    own = _own(workspace)
    found: dict[ArmId, Destination] = {}
    for asked in estate.children(OutboundRule, workspace.id):
        if asked.kind.value != "PrivateEndpoint" or known(asked.category) == "Required":
            continue
        if (target := asked.target) is None:
            said = f"the outbound rule {asked.name} names no target that can be read"
            raise Undecided(said, Reason.MALFORMED, evidence=(asked.destination.evidence(),))
        if target not in own:
            found.setdefault(target, Destination(workspace=workspace, asked=asked, target=target))
    if found:
        return tuple(found[target] for target in sorted(found))
    said = f"the managed network of {called(estate, workspace)} reaches only the workspace's own resources"
    return NotApplicable(message=said, reason=Reason.NOT_USED)


def _own(workspace: Workspace) -> frozenset[ArmId]:
    """The workspace and the resources that it cannot do without. Raises Undecided."""
    links = (
        workspace.storage_account.value,
        workspace.key_vault.value,
        workspace.container_registry.value,
        *workspace.additional_storage.value,
    )
    return frozenset({workspace.id, *(link for link in links if link is not None)})


def need_of(target: ArmId) -> Need:
    """What approving a private endpoint of this target takes. Raises Undecided for what is no resource."""
    of = target.resource_type
    if of is None:
        raise Undecided(f"{target} is no resource", Reason.MALFORMED)
    return Need(
        requirement=Requirement(actions=approving_actions(of)),
        to_do=f"approve private endpoint connections of {target.name}",
        role=_ROLE,
        role_name=_ROLE_NAME,
    )


@rule(
    id="role-managed-network-approver",
    title="The managed network may approve its own private endpoints",
    severity=Severity.MEDIUM,
    rule_class="function",
    subjects=Destinations(),
    reads=PERMISSION_READS,
    profiles=("prompt-flow", "model-catalog", "foundry"),
    remedy=Remedy(
        summary=f"Assign {_ROLE_NAME} to the workspace's identity on the target; then apply the outbound rule"
        " again.",
        az=ASSIGN,
    ),
    sources=(
        Source(
            title="Workspace managed virtual network isolation",
            url="https://learn.microsoft.com/azure/machine-learning/how-to-managed-network",
        ),
        Source(
            title="Managed virtual network of Foundry",
            url="https://learn.microsoft.com/azure/ai-foundry/how-to/managed-virtual-network",
        ),
        Source(
            title="Azure built-in roles",
            url="https://learn.microsoft.com/azure/role-based-access-control/built-in-roles",
        ),
    ),
    controls=controls(mcsb=("IM-3",)),
)
def role_managed_network_approver(destination: Destination, view: View) -> Verdict:
    """The workspace's identity may approve the private endpoints that its managed network makes.

    Why
        The managed network makes a private endpoint for each outbound rule and approves it with the
        workspace's identity. Where that may not, the connection waits as Pending on the target and the rule
        does not become active, until somebody approves it by hand.
    Pass when
        The identity holds `privateEndpointConnections/write` and `privateEndpointConnectionsApproval/action`
        on the target, by any roles together, made there or above, directly or through a group. Azure AI
        services, API Management and Application Gateway publish no approval action: there writing is all.
    Fail when
        Part of it is missing, or a deny assignment takes it away. A note says so where the rule is active all
        the same, because somebody approved by hand or before the grants changed.
    Unknown when
        It is granted only under an ABAC condition; the rules, a link of the workspace, assignments,
        definitions or deny assignments could not be read; the target is in a subscription that is not
        audited; or the primary user-assigned identity is not among those of the workspace.
    Not applicable when
        The workspace has no managed network (`isolationMode` Disabled, absent or null) or uses its hub's; its
        rules lead only to resources that the service itself requires or that the workspace names as its own;
        or it has no identity.
    Evidence
        `destination.serviceResourceId` of the workspace's outbound rules of type PrivateEndpoint, category
        Required left out. The workspace's identity: the principal of `properties.primaryUserAssignedIdentity`
        where that is set, else the system-assigned one. Role assignments that reach it (`assignedTo()`),
        their role definitions and deny assignments, api-version 2022-04-01. Sources disagree: older pages say
        that such endpoints are approved by themselves; "Workspace managed virtual network isolation" says
        that since 30 April 2025 the identity needs this role. The second is followed. Managed networks of
        Foundry accounts are not judged here. Where the target itself was not read, or is of a type that is
        not, the result is about the outbound rule.
    Remedy
        Assign Azure AI Enterprise Network Connection Approver to the identity on the target alone. It is a
        standing right to approve any private endpoint of the target, a stranger's too: keep it off wider
        scopes.
    """
    holder = identity_of(destination.workspace, called(view.estate, destination.workspace))
    if isinstance(holder, NotApplicable):
        return holder
    need = need_of(destination.target)
    verdict = judge_grant(view, destination.asked, holder.name, holder.principal, need, at=destination.target)
    if isinstance(verdict, Pass):
        return noted(
            verdict, "a standing right to approve any private endpoint of the target, a stranger's too"
        )
    if isinstance(verdict, Fail) and known(destination.asked.status) == "Active":
        said = f"the outbound rule {destination.asked.name} is active now; the next endpoint will wait"
        return noted(verdict, said)
    return verdict
