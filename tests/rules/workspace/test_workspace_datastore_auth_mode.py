"""workspace-datastore-auth-mode."""

from __future__ import annotations

import pytest

from auditor.model.finding import ABSENT, Severity
from auditor.model.reasons import Reason
from auditor_rules.workspace.workspace_datastore_auth_mode import workspace_datastore_auth_mode
from tests.rules.cases import Case, Change
from tests.rules.workspace.runners import (
    HUB,
    PROJECT,
    STORAGE,
    WORKSPACE,
    both,
    hub_and_project,
    put,
    refuse,
    refused_workspaces,
)

MODE = "properties.systemDatastoresAuthMode"
KEYS = "properties.allowSharedKeyAccess"


def mode(value: object, keys: object = True) -> Change:
    return both(put(WORKSPACE, (MODE, value)), put(STORAGE, (KEYS, keys)))


def project(hub: object) -> Change:
    """A project that states no mode, below a hub with this one."""
    return both(hub_and_project, put(HUB, (MODE, hub)))


def fails(name: str, change: Change, severity: Severity, says: str, about: str = WORKSPACE) -> Case:
    return Case(name=name, about=about, status="fail", change=change, severity=severity, says=says)


CASES = (
    Case(
        name="identity", about=WORKSPACE, status="pass", seen=((MODE, "Identity"),), says="need Storage Blob"
    ),
    Case(name="identity-in-any-case", about=WORKSPACE, status="pass", change=mode("identity")),
    Case(
        name="delegated", about=WORKSPACE, status="pass", change=mode("UserDelegationSAS"), says="delegates"
    ),
    fails("key", mode("AccessKey"), Severity.LOW, "account's key"),
    fails("key-by-default", mode(...), Severity.LOW, "is not set"),
    fails("key-by-null", mode(None), Severity.LOW, "is not set"),
    fails("key-where-keys-are-unsaid", mode("accesskey", ...), Severity.LOW, "account's key"),
    fails("key-refused", mode("AccessKey", False), Severity.HIGH, "cannot be opened"),
    fails("key-by-default-refused", mode(..., False), Severity.HIGH, "cannot be opened"),
    fails(
        "key-of-an-account-that-is-gone",
        both(mode("AccessKey"), lambda w: w.drop(STORAGE)),
        Severity.LOW,
        "key",
    ),
    fails(
        "storage-refused",
        both(mode("AccessKey"), refuse("Microsoft.Storage/storageAccounts")),
        Severity.LOW,
        "which cannot be told",
    ),
    Case(name="project-of-a-hub", about=PROJECT, status="pass", change=project("Identity")),
    fails(
        "project-of-a-hub-with-keys",
        both(
            project("AccessKey"),
            put(HUB, ("properties.storageAccount", STORAGE)),
            put(STORAGE, (KEYS, False)),
        ),
        Severity.HIGH,
        "cannot be opened",
        PROJECT,
    ),
    Case(
        name="project-of-a-hub-that-is-gone",
        about=PROJECT,
        status="unknown",
        change=both(hub_and_project, lambda world: world.drop(HUB)),
        reason=Reason.HIDDEN,
    ),
    Case(
        name="new-mode",
        about=WORKSPACE,
        status="unknown",
        change=put(WORKSPACE, (MODE, "Magic")),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    refused_workspaces(),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_workspace_datastore_auth_mode(case: Case) -> None:
    case.check(workspace_datastore_auth_mode)


def test_workspace_datastore_auth_mode_broken_shows_both_ends() -> None:
    case = fails("both", mode(..., False), Severity.HIGH, "refuses keys")
    seen = {one.path: one.value for one in case.check(workspace_datastore_auth_mode).verdict.evidence}
    assert seen == {MODE: ABSENT, KEYS: False}
