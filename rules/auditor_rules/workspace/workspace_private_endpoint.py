"""workspace-private-endpoint."""

from __future__ import annotations

from auditor.model.resources.connection import WorkspaceConnection
from auditor.model.resources.workspace import Workspace
from auditor.rule import Remedy, Severity, Source, Verdict, View, rule
from auditor_rules.controls import controls
from auditor_rules.private_link import READS, create_endpoint, judge_private_endpoint
from auditor_rules.subjects import WORKSPACES
from auditor_rules.workspace.networks import inherits


@rule(
    id="workspace-private-endpoint",
    title="The workspace has an approved private endpoint",
    severity=Severity.HIGH,
    rule_class="function",
    subjects=WORKSPACES,
    reads=(WorkspaceConnection, *READS),
    profiles=("prompt-flow", "foundry"),
    remedy=Remedy(
        summary="Create a private endpoint for the group amlworkspace in the network that the users come from"
        " (fill in SUBNET_ID), with its DNS zone group for both zones, or approve the one that waits, if"
        " it is yours.",
        az=create_endpoint("amlworkspace"),
    ),
    controls=controls(policy=("45e05259-1eb5-4f70-9574-baf73e9d219b",), mcsb=("NS-2",), nist=("SC-7",)),
    sources=(
        Source(
            title="Configure a private endpoint for an Azure Machine Learning workspace",
            url="https://learn.microsoft.com/azure/machine-learning/how-to-configure-private-link",
        ),
    ),
)
def workspace_private_endpoint(workspace: Workspace, view: View) -> Verdict:
    """At least one private endpoint of ours is approved on the workspace.

    Why
        With public access off a private endpoint is the only way to studio, notebooks and the API. Without
        one nobody can work, and the quick cure is to open public access again.
    Pass when
        One connection is Approved, its provisioning state is Succeeded, and the private endpoint that it
        names can be read and asks for the group amlworkspace of this workspace. A provisioning state that is
        absent or null is noted.
    Fail when
        No connection is approved: there is none, or all are pending, rejected, disconnected, timed out,
        still being provisioned, or for another group.
    Unknown when
        Connections are approved, but from private endpoints that cannot be read, such as the one that the
        managed network makes for itself in a subscription of the platform; or they could not be read.
    Not applicable when
        The workspace is a project: it is reached through the endpoint of its hub.
    Evidence
        `privateEndpointConnections` of `Microsoft.MachineLearningServices/workspaces`, read as a list of its
        own, api-version 2024-10-01, and `Microsoft.Network/privateEndpoints`, which alone say the group.
        That one of several endpoints shares a network with those of the storage account is judged by
        private-endpoint-common-network. Removing an endpoint never opens public access again.
    Remedy
        Create a private endpoint for the group amlworkspace, or approve the request of yours that is
        pending.
    """
    if (served := inherits(workspace)) is not None:
        return served
    return judge_private_endpoint(view, workspace, WorkspaceConnection, "amlworkspace")
