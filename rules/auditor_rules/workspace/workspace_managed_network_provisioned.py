"""workspace-managed-network-provisioned."""

from __future__ import annotations

from auditor.model.guided import ProvisionManagedNetwork
from auditor.model.resources.workspace import Workspace
from auditor.rule import Fail, Pass, Remedy, Severity, Source, Verdict, View, rule
from auditor_rules.subjects import WORKSPACES
from auditor_rules.workspace.networks import without_managed_network

PROVISION = (
    "az ml workspace provision-network --name {name} --resource-group {group} --subscription {subscription}"
)


@rule(
    id="workspace-managed-network-provisioned",
    title="Managed network provisioned",
    severity=Severity.MEDIUM,
    rule_class="function",
    subjects=WORKSPACES,
    profiles=("prompt-flow", "model-catalog", "foundry"),
    remedy=Remedy(
        summary="Provision the managed network now. It takes some minutes and makes the private endpoints,"
        " which then may wait for approval (private-endpoint-pending). Add --include-spark where serverless"
        " Spark jobs are run.",
        az=PROVISION,
    ),
    sources=(
        Source(
            title="Workspace managed virtual network isolation",
            url="https://learn.microsoft.com/azure/machine-learning/how-to-managed-network",
        ),
        Source(
            title="Network isolation in prompt flow",
            url="https://learn.microsoft.com/azure/machine-learning/prompt-flow/how-to-secure-prompt-flow",
        ),
        Source(
            title="Use model catalog collections with a workspace managed virtual network",
            url="https://learn.microsoft.com/azure/machine-learning/how-to-network-isolation-model-catalog",
        ),
    ),
)
def workspace_managed_network_provisioned(workspace: Workspace, view: View) -> Verdict:
    """The managed network that was chosen is also built.

    Why
        Azure builds the managed network only when the first compute is made or somebody asks for it. Until
        then there is no private endpoint to storage, vault, OpenAI or Search, and the first session or
        deployment waits for it, or fails when a target must approve first.
    Pass when
        `managedNetwork.status.status` is Active. It is noted where serverless Spark was not provisioned.
    Fail when
        It is Inactive, or absent or null, which mean Inactive.
    Unknown when
        It has a value that is neither, or the workspaces could not be read.
    Not applicable when
        The managed network is off, or the workspace is a project: its hub is judged.
    Evidence
        `properties.managedNetwork.status.status` and `.sparkReady` of
        `Microsoft.MachineLearningServices/workspaces`, api-version 2024-10-01.
    Remedy
        Provision the managed network.
    """
    if (excluded := without_managed_network(workspace)) is not None:
        return excluded
    status, spark = workspace.managed_network_status, workspace.spark_ready
    if status.value == "Active":
        notes = () if spark.value else ("serverless Spark jobs cannot run in it: it was built without Spark",)
        return Pass(
            message="the managed network is built",
            evidence=(status.evidence(), spark.evidence()),
            notes=notes,
        )
    unset = "" if status.is_stated else ": no status is answered, which means not built"
    said = f"the managed network is not built, so none of its private endpoints exists{unset}"
    evidence = (status.evidence(), workspace.isolation_mode.evidence())
    fix = ProvisionManagedNetwork(workspace=workspace.id.text)
    return Fail(message=said, evidence=evidence, fix=fix)
