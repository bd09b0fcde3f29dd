"""Which network a workspace runs in: its hub's, a managed one, or its owner's. Judgements rules share."""

from __future__ import annotations

from auditor.model.declared import DeclaredWorkload
from auditor.model.finding import Evidence
from auditor.model.reasons import Reason
from auditor.model.resources.compute import Compute
from auditor.model.resources.workspace import Workspace
from auditor.rule import NotApplicable, Unknown, View

API_VERSION = "2024-10-01"


def inherits(workspace: Workspace) -> NotApplicable | None:
    """Said of a project, which has its hub's network. Raises Undecided where the kind is not known."""
    kind, hub = workspace.kind, workspace.hub
    if kind.value != "Project":
        return None
    named = None if hub.is_malformed else hub.value
    return NotApplicable(
        message=f"a project has the network of its hub{f' {named.name}' if named else ''}, which is judged",
        reason=Reason.SERVED_OTHERWISE,
        evidence=(kind.evidence(), hub.evidence()),
    )


def without_managed_network(workspace: Workspace) -> NotApplicable | None:
    """Said of a project, and of a workspace whose managed network is off."""
    if (served := inherits(workspace)) is not None:
        return served
    mode = workspace.isolation_mode
    if mode.value != "Disabled":
        return None
    said = "the workspace has no managed network"
    return NotApplicable(message=said, reason=Reason.NOT_USED, evidence=(mode.evidence(),))


def unprovisioned(workspace: Workspace) -> Unknown | None:
    """Said where the managed network was never built: its rules are there, but nothing of them yet."""
    status = workspace.managed_network_status
    if status.value == "Active":
        return None
    return Unknown(
        message="the managed network is not built yet, so none of its rules is in force"
        " (workspace-managed-network-provisioned)",
        reason=Reason.AMBIGUOUS,
        evidence=(status.evidence(),),
    )


def own_network(view: View, workspace: Workspace) -> tuple[Evidence, ...]:
    """What shows that the workspace's compute lies in a network of its owner; empty where nothing does.

    Touches Compute. Raises NotRead where the computes were not read and nothing else shows it.
    """
    serverless = workspace.serverless_subnet
    found = (serverless.evidence(),) if serverless.value is not None else ()
    if found and not view.estate.was_read(Compute, workspace.id):
        return found
    computes = view.estate.children(Compute, workspace.id)
    return (*found, *(one.subnet.evidence() for one in computes if one.subnet.value is not None))


def family(view: View, workspace: Workspace) -> tuple[Workspace, ...]:
    """The workspace and, of a hub, the projects that share its network."""
    if workspace.kind.value != "Hub":
        return (workspace,)
    known = view.estate.listed(Workspace)
    return (workspace, *(one for one in known if not one.hub.is_malformed and one.hub.value == workspace.id))


def declared_for(view: View, workspace: Workspace) -> tuple[DeclaredWorkload, ...]:
    """The declared workloads that run in the workspace's network, those of a hub's projects included."""
    members = (view.relations.workloads_of(one.id) for one in family(view, workspace))
    found = (workload.declared for workloads in members for workload in workloads)
    return tuple(dict.fromkeys(one for one in found if one is not None))
