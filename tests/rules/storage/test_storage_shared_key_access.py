"""storage-shared-key-access."""

from __future__ import annotations

import pytest

from auditor.model.finding import ABSENT, Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor_rules.storage.storage_shared_key_access import storage_shared_key_access
from tests.rules.cases import Case, Change
from tests.rules.storage.accounts import CLAIMS_STORAGE, LEARNING_STORAGE, put, refused_accounts
from tests.rules.world import World, mended

KEYS = "properties.allowSharedKeyAccess"
MODE = "properties.systemDatastoresAuthMode"


def blocked(mode: object) -> Change:
    """Keys are allowed on the workspace's account, whose system datastores are opened in this mode."""

    def change(world: World) -> None:
        put((KEYS, True), about=LEARNING_STORAGE)(world)
        put((MODE, mode), about=WORKSPACE)(world)

    return change


def workspaces_refused(world: World) -> None:
    put((KEYS, True))(world)
    world.refuse("Microsoft.MachineLearningServices/workspaces")


def learning(name: str, mode: object, severity: Severity, says: str | None = None) -> Case:
    return Case(
        name=name,
        about=LEARNING_STORAGE,
        status="fail",
        change=blocked(mode),
        severity=severity,
        says=says,
    )


CASES = (
    Case(name="false", about=CLAIMS_STORAGE, status="pass", seen=((KEYS, False),)),
    Case(
        name="true",
        about=CLAIMS_STORAGE,
        status="fail",
        change=put((KEYS, True)),
        severity=Severity.MEDIUM,
        seen=((KEYS, True),),
    ),
    Case(
        name="null",
        about=CLAIMS_STORAGE,
        status="fail",
        change=put((KEYS, None)),
        severity=Severity.MEDIUM,
        says="not set",
        seen=((KEYS, None),),
    ),
    Case(
        name="absent",
        about=CLAIMS_STORAGE,
        status="fail",
        change=put((KEYS, ...)),
        severity=Severity.MEDIUM,
        seen=((KEYS, ABSENT),),
    ),
    learning("datastores-use-keys", "accesskey", Severity.LOW, says="workspace actuarial-ml"),
    learning("datastores-by-default-use-keys", ..., Severity.LOW, says="workspace actuarial-ml"),
    learning("datastores-use-identities", "Identity", Severity.MEDIUM),
    learning("datastores-use-user-delegation", "UserDelegationSAS", Severity.MEDIUM),
    learning("datastores-in-a-new-way", "Magic", Severity.MEDIUM),
    Case(
        name="another-account-s-datastores-use-keys",
        about=CLAIMS_STORAGE,
        status="fail",
        change=lambda world: (put((KEYS, True))(world), blocked("AccessKey")(world)),
        severity=Severity.MEDIUM,
    ),
    Case(
        name="workspaces-refused",
        about=CLAIMS_STORAGE,
        status="fail",
        change=workspaces_refused,
        severity=Severity.MEDIUM,
        says="could not be read, might still need the key",
    ),
    Case(
        name="malformed",
        about=CLAIMS_STORAGE,
        status="unknown",
        change=put((KEYS, "false")),
        reason=Reason.MALFORMED,
    ),
    refused_accounts(),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_storage_shared_key_access(case: Case) -> None:
    case.check(storage_shared_key_access)


def test_storage_shared_key_access_blocked_remedy_moves_the_datastores_first() -> None:
    world = mended()
    blocked("AccessKey")(world)
    (found,) = (r for r in world.judge(storage_shared_key_access) if r.resource == LEARNING_STORAGE)
    assert found.remedy is not None
    assert found.remedy.az is not None
    first, then = found.remedy.az.split(" && ")
    assert first.startswith("az ml workspace update --name actuarial-ml --resource-group rg-actuarial-ml")
    assert then == f"az storage account update --ids {LEARNING_STORAGE} --allow-shared-key-access false"
