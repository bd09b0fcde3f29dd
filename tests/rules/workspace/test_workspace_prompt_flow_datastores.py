"""workspace-prompt-flow-datastores."""

from __future__ import annotations

import pytest

from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor_rules.workspace.workspace_prompt_flow_datastores import workspace_prompt_flow_datastores
from tests.rules.cases import Case, Change
from tests.rules.workspace.runners import (
    HUB,
    WORKSPACE,
    both,
    hub_and_project,
    put,
    refuse,
    refused_workspaces,
    workload,
)

DIRECTORY = f"{WORKSPACE}/datastores/workspaceworkingdirectory"
BLOBS = f"{WORKSPACE}/datastores/workspaceblobstore"
FILES = f"{WORKSPACE}/datastores/workspacefilestore"
KIND, DEFAULT = "properties.datastoreType", "properties.isDefault"


def without(rid: str) -> Change:
    return lambda world: world.drop(rid)


def fails(name: str, change: Change, says: str) -> Case:
    return Case(name=name, about=WORKSPACE, status="fail", change=change, severity=Severity.HIGH, says=says)


CASES = (
    Case(name="both", about=WORKSPACE, status="pass", seen=((KIND, "AzureFile"),)),
    Case(
        name="types-in-any-case",
        about=WORKSPACE,
        status="pass",
        change=both(put(DIRECTORY, (KIND, "azurefile")), put(BLOBS, (KIND, "azureBLOB"))),
    ),
    Case(
        name="name-in-any-case",
        about=WORKSPACE,
        status="pass",
        change=put(DIRECTORY, ("name", "WorkspaceWorkingDirectory")),
    ),
    fails("directory-of-blobs", put(DIRECTORY, (KIND, "AzureBlob")), "of type AzureBlob, not AzureFile"),
    fails("directory-of-a-new-type", put(DIRECTORY, (KIND, "OneLake")), "OneLake"),
    fails(
        "default-of-files",
        both(put(BLOBS, (DEFAULT, False)), put(FILES, (DEFAULT, True))),
        "the default datastore (workspacefilestore) is of type AzureFile, not AzureBlob",
    ),
    fails("no-default", put(BLOBS, (DEFAULT, False)), "the default datastore is missing"),
    fails("default-unsaid", put(BLOBS, (DEFAULT, ...)), "the default datastore is missing"),
    fails("default-null", put(BLOBS, (DEFAULT, None)), "the default datastore is missing"),
    fails(
        "both-wrong",
        both(put(BLOBS, (DEFAULT, False)), put(DIRECTORY, (KIND, "AzureBlob"))),
        "; ",
    ),
    Case(
        name="declared-without-the-directory",
        about=WORKSPACE,
        status="fail",
        change=without(DIRECTORY),
        says="workspaceworkingdirectory is missing",
        declared=workload(),
        seen=(("datastores", ["workspaceartifactstore", "workspaceblobstore", "workspacefilestore"]),),
    ),
    Case(
        name="nothing-speaks-for-prompt-flow",
        about=WORKSPACE,
        status="not_applicable",
        change=without(DIRECTORY),
        reason=Reason.NOT_USED,
    ),
    Case(
        name="declared-for-something-else",
        about=WORKSPACE,
        status="not_applicable",
        change=without(DIRECTORY),
        reason=Reason.NOT_USED,
        declared=workload("foundry"),
    ),
    Case(
        name="hub",
        about=HUB,
        status="not_applicable",
        change=hub_and_project,
        reason=Reason.KIND,
    ),
    Case(
        name="type-unsaid",
        about=WORKSPACE,
        status="unknown",
        change=put(DIRECTORY, (KIND, ...)),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    Case(
        name="default-malformed",
        about=WORKSPACE,
        status="unknown",
        change=put(FILES, (DEFAULT, "false")),
        reason=Reason.MALFORMED,
    ),
    Case(
        name="datastores-refused",
        about=WORKSPACE,
        status="unknown",
        change=refuse(f"{WORKSPACE}/datastores"),
        reason=Reason.NO_PERMISSION,
    ),
    refused_workspaces(),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_workspace_prompt_flow_datastores(case: Case) -> None:
    case.check(workspace_prompt_flow_datastores)
