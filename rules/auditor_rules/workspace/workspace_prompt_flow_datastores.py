"""workspace-prompt-flow-datastores."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.model.finding import Evidence
from auditor.model.reasons import Reason
from auditor.model.resources.workspace import Datastore, Workspace
from auditor.relate.workloads import PROMPT_FLOW_DATASTORE, READS
from auditor.rule import (
    Fail,
    NotApplicable,
    Pass,
    Remedy,
    Severity,
    Source,
    Unknown,
    Verdict,
    View,
    rule,
    worst,
)
from auditor_rules.subjects import WORKSPACES

_DEFAULT = Remedy(
    summary="Make a blob datastore the default again, as workspaceblobstore of a new workspace is: by REST,"
    " with isDefault true and its credentials repeated, which no answer holds. No command does it.",
    az=None,
    url="https://learn.microsoft.com/rest/api/azureml/datastores/create-or-update",
)


@rule(
    id="workspace-prompt-flow-datastores",
    title="Prompt flow datastores present and typed",
    severity=Severity.HIGH,
    rule_class="function",
    subjects=WORKSPACES,
    reads=READS,
    profiles=("prompt-flow", "compute-session"),
    remedy=Remedy(
        summary="Create the datastore workspaceworkingdirectory again, of type azure_file, over the share"
        " code-… of the workspace's storage account (file: name, type, account_name, file_share_name).",
        az="az ml datastore create --file workingdirectory.yml --workspace-name {name} --resource-group"
        " {group} --subscription {subscription}",
    ),
    sources=(
        Source(
            title="Manage prompt flow compute session",
            url="https://learn.microsoft.com/azure/machine-learning/prompt-flow/how-to-manage-compute-session",
        ),
        Source(
            title="Prompt flow tools and known issues",
            url="https://learn.microsoft.com/azure/machine-learning/prompt-flow/tools-reference/troubleshoot-guidance",
        ),
    ),
)
def workspace_prompt_flow_datastores(workspace: Workspace, view: View) -> Verdict:
    """The workspace has the two datastores that prompt flow works with, each of its type.

    Why
        Flows live as files in `workspaceworkingdirectory`, and runs write to the default datastore. Without
        them flows are not listed, or a session does not start.
    Pass when
        The default datastore is of type AzureBlob, and a datastore `workspaceworkingdirectory` is of type
        AzureFile.
    Fail when
        One of them is missing or of another type.
    Unknown when
        The datastores could not be read, or a type is not stated.
    Not applicable when
        Nothing speaks for prompt flow: the workspace has no `workspaceworkingdirectory` and no workload
        declares it for prompt flow. It is a hub or a feature store, which run no flows.
    Evidence
        `properties.datastoreType` and `properties.isDefault` (absent or null: false) of the workspace's
        datastores, api-version 2024-10-01. Names and types are compared without case.
    Remedy
        Create the datastore again. No credential has to be stored in it: identities serve as well.
    """
    if workspace.kind.value in ("Hub", "FeatureStore"):
        return NotApplicable(
            message=f"a {workspace.kind.value} runs no flows",
            reason=Reason.KIND,
            evidence=(workspace.kind.evidence(),),
        )
    stores = view.estate.children(Datastore, workspace.id)
    directory = [store for store in stores if store.name.lower() == PROMPT_FLOW_DATASTORE]
    if not directory and not _is_declared(workspace, view):
        said = f"nothing speaks for prompt flow in {workspace.name}"
        return NotApplicable(message=said, reason=Reason.NOT_USED)
    default = [store for store in stores if store.is_default.value]
    seen = Evidence(resource=workspace.id.text, path="datastores", value=[store.name for store in stores])
    verdict = worst(
        (
            _typed(default, seen, "the default datastore", "AzureBlob", _DEFAULT),
            _typed(directory, seen, "the datastore workspaceworkingdirectory", "AzureFile", None),
        ),
        own=Severity.HIGH,
    )
    if isinstance(verdict, Pass):
        said = "the default datastore is AzureBlob and workspaceworkingdirectory is AzureFile"
        kinds = tuple(store.kind.evidence() for store in (*default, *directory))
        return Pass(message=said, evidence=kinds)
    return verdict


def _typed(
    stores: Sequence[Datastore], seen: Evidence, what: str, wanted: str, remedy: Remedy | None
) -> Verdict:
    """Whether the first of these datastores, if there is one, is of the wanted type."""
    if not stores:
        return Fail(message=f"{what} is missing", evidence=(seen,), remedy=remedy)
    kind = stores[0].kind
    if kind.value is None:
        said = f"{what} ({stores[0].name}) states no type"
        return Unknown(message=said, reason=Reason.UNEXPECTED_VALUE, evidence=(kind.evidence(),))
    if kind.value.casefold() == wanted.casefold():
        return Pass(message=f"{what} is {wanted}", evidence=(kind.evidence(),))
    said = f"{what} ({stores[0].name}) is of type {kind.value}, not {wanted}"
    return Fail(message=said, evidence=(kind.evidence(), stores[0].is_default.evidence()), remedy=remedy)


def _is_declared(workspace: Workspace, view: View) -> bool:
    known = view.relations.workloads_of(workspace.id)
    return any(found.declared is not None and found.kind == "prompt-flow" for found in known)
