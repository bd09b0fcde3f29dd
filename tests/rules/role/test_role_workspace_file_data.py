"""role-workspace-file-data."""

from __future__ import annotations

import pytest

from auditor.model.declared import Declared, DeclaredWorkload
from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.company import child, principal_of
from auditor.sandbox.sample.learning_dependencies import STORAGE
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor_rules.role.role_workspace_file_data import role_workspace_file_data
from tests.rules.cases import Case, Change
from tests.rules.role.changes import (
    ASSIGNMENTS,
    CONDITION,
    OWNER,
    denied,
    given,
    group_of,
    regranted,
    revoked,
)
from tests.rules.world import World, company

PRIVILEGED = "69566ab7-960f-475b-8e7c-b3118f30c6bd"
FILES = "Microsoft.Storage/storageAccounts/fileServices"
IDENTITY = f"{group_of(WORKSPACE)}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-flow"
PROJECT = f"{WORKSPACE}-project"
NAME = WORKSPACE.split("/")[-1]
FLOW_STORE = child(WORKSPACE, "datastores", "workspaceworkingdirectory")
DECLARED = Declared(workloads=(DeclaredWorkload(name="w", kind="prompt-flow", workspace=(WORKSPACE,)),))


def primary(*, stated: bool = True, granted: bool = True) -> Change:
    """The workspace signs in with a user-assigned identity; its system-assigned one holds nothing."""

    def change(world: World) -> None:
        revoked(STORAGE, WORKSPACE)(world)
        attached = {IDENTITY.upper().replace("/SUBSCRIPTIONS", "/subscriptions"): {"principalId": "p-flow"}}
        world.put(WORKSPACE, "identity.type", "SystemAssigned,UserAssigned")
        world.put(WORKSPACE, "identity.userAssignedIdentities", attached if stated else {})
        world.put(WORKSPACE, "properties.primaryUserAssignedIdentity", IDENTITY)
        if granted:
            world.grant(PRIVILEGED, "p-flow", STORAGE)

    return change


def project(*, granted: bool, own_link: bool = False) -> Change:
    """The workspace becomes a hub with one project, which has prompt flow and its own identity."""

    def change(world: World) -> None:
        hub = world.body(WORKSPACE)
        hub["kind"] = "hub"
        identity = {"type": "SystemAssigned", "principalId": principal_of(PROJECT)}
        properties = {"hubResourceId": WORKSPACE.lower()} | ({"storageAccount": STORAGE} if own_link else {})
        store = child(PROJECT, "datastores", "workspaceworkingdirectory")
        world.add(
            {**hub, "id": PROJECT, "name": f"{NAME}-project", "kind": "Project"}
            | {"identity": identity, "properties": properties},
            {**world.body(FLOW_STORE), "id": store},
        )
        if granted:
            world.grant(PRIVILEGED, principal_of(PROJECT), STORAGE)

    return change


def namesake(world: World) -> None:
    """Another group holds a workspace of the same name, which names no storage account."""
    other = WORKSPACE.replace("/rg-actuarial-ml/", "/rg-hr/")
    body = world.body(WORKSPACE)
    world.add({**body, "id": other, "name": body["name"].upper(), "properties": {}})


def isolated(world: World) -> None:
    world.put(WORKSPACE, "properties.enableDataIsolation", True)
    regranted(STORAGE, WORKSPACE, PRIVILEGED, condition=CONDITION)(world)


CASES = (
    Case(name="granted", about=STORAGE, to=NAME, status="pass"),
    Case(
        name="granted-on-the-group",
        about=STORAGE,
        to=NAME,
        status="pass",
        change=regranted(STORAGE, WORKSPACE, PRIVILEGED, group_of(STORAGE)),
        says="wider than the resource",
    ),
    Case(
        name="smb-share-contributor-lacks-backup-semantics",
        about=STORAGE,
        to=NAME,
        status="fail",
        severity=Severity.HIGH,
        change=given(
            STORAGE,
            WORKSPACE,
            dataActions=[f"{FILES}/fileshares/files/{v}" for v in ("read", "write", "delete")],
        ),
        says="readFileBackupSemantics",
    ),
    Case(
        name="owner-has-no-data-action",
        about=STORAGE,
        to=NAME,
        status="fail",
        change=regranted(STORAGE, WORKSPACE, OWNER),
    ),
    Case(
        name="granted-on-one-share",
        about=STORAGE,
        to=NAME,
        status="fail",
        severity=Severity.LOW,
        change=regranted(STORAGE, WORKSPACE, PRIVILEGED, f"{STORAGE}/fileServices/default/fileshares/code"),
    ),
    Case(
        name="denied",
        about=STORAGE,
        to=NAME,
        status="fail",
        change=denied(STORAGE, WORKSPACE, dataActions=[f"{FILES}/*"]),
    ),
    Case(name="primary-identity-serves", about=STORAGE, to=NAME, status="pass", change=primary()),
    Case(
        name="primary-identity-lacks-it",
        about=STORAGE,
        to=NAME,
        status="fail",
        change=primary(granted=False),
        says="id-flow",
    ),
    Case(
        name="primary-identity-not-stated",
        about=STORAGE,
        to=NAME,
        status="unknown",
        change=primary(stated=False),
        says="not among the identities",
    ),
    Case(
        name="project-holds-it-itself",
        about=STORAGE,
        to=f"{NAME}-project",
        status="pass",
        change=project(granted=True),
    ),
    Case(
        name="hub-identity-does-not-serve-the-project",
        about=STORAGE,
        to=f"{NAME}-project",
        status="fail",
        change=project(granted=False, own_link=True),
    ),
    Case(
        name="two-workspaces-of-one-name-are-told-apart",
        about=STORAGE,
        to=NAME,
        status="pass",
        change=namesake,
        says=f"the identity of {WORKSPACE} may",
    ),
    Case(
        name="hub-itself",
        about=STORAGE,
        to=NAME,
        status="not_applicable",
        reason=Reason.KIND,
        change=project(granted=True),
    ),
    Case(
        name="conditional",
        about=STORAGE,
        to=NAME,
        status="unknown",
        reason=Reason.CONDITIONAL,
        change=regranted(STORAGE, WORKSPACE, PRIVILEGED, condition=CONDITION),
    ),
    Case(
        name="data-isolation",
        about=STORAGE,
        to=NAME,
        status="not_applicable",
        reason=Reason.SERVED_OTHERWISE,
        change=isolated,
    ),
    Case(
        name="data-isolation-without-its-grants",
        about=STORAGE,
        to=NAME,
        status="fail",
        change=lambda world: revoked(STORAGE, WORKSPACE)(
            world.put(WORKSPACE, "properties.enableDataIsolation", True)
        ),
    ),
    Case(
        name="refused",
        about=STORAGE,
        to=NAME,
        status="unknown",
        reason=Reason.NO_PERMISSION,
        change=lambda world: world.refuse(ASSIGNMENTS),
    ),
    Case(
        name="datastores-refused",
        about=STORAGE,
        to=NAME,
        status="unknown",
        reason=Reason.NO_PERMISSION,
        change=lambda world: world.refuse("/datastores"),
    ),
    Case(
        name="no-prompt-flow",
        about=STORAGE,
        to=NAME,
        status="not_applicable",
        reason=Reason.NOT_USED,
        change=lambda world: world.drop(FLOW_STORE),
    ),
    Case(
        name="prompt-flow-declared",
        about=STORAGE,
        to=NAME,
        status="fail",
        change=lambda world: revoked(STORAGE, WORKSPACE)(world.drop(FLOW_STORE)),
        declared=DECLARED,
    ),
    Case(
        name="no-identity",
        about=STORAGE,
        to=NAME,
        status="not_applicable",
        reason=Reason.NO_IDENTITY,
        change=lambda world: world.cut(WORKSPACE, "identity"),
    ),
    Case(
        name="names-no-storage",
        about=WORKSPACE,
        status="not_applicable",
        reason=Reason.NOT_USED,
        change=lambda world: world.cut(WORKSPACE, "properties.storageAccount"),
    ),
    Case(
        name="storage-cannot-be-seen",
        about=WORKSPACE,
        status="unknown",
        reason=Reason.HIDDEN,
        change=lambda world: world.put(WORKSPACE, "properties.storageAccount", f"{STORAGE}0"),
    ),
    Case(
        name="storage-refused",
        about=WORKSPACE,
        status="unknown",
        reason=Reason.NO_PERMISSION,
        change=lambda world: world.refuse("Microsoft.Storage/storageAccounts"),
    ),
    Case(
        name="storage-link-malformed",
        about=WORKSPACE,
        status="unknown",
        reason=Reason.MALFORMED,
        change=lambda world: world.put(WORKSPACE, "properties.storageAccount", 7),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_role_workspace_file_data(case: Case) -> None:
    case.check(role_workspace_file_data)


def test_sample_company_fails_with_the_smb_role() -> None:
    failed = [found for found in company().judge(role_workspace_file_data) if found.status == "fail"]
    assert [(found.resource, found.severity) for found in failed] == [(STORAGE, Severity.HIGH)]
    assert "writeFileBackupSemantics" in failed[0].verdict.message
