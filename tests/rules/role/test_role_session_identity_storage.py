"""role-session-identity-storage."""

from __future__ import annotations

import pytest

from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.company import ACTUARIAL
from auditor.sandbox.sample.learning_dependencies import STORAGE
from auditor_rules.role.role_session_identity_storage import role_session_identity_storage
from tests.rules.cases import Case, Change
from tests.rules.role.changes import ASSIGNMENTS, CONDITION, CONTRIBUTOR, OWNER
from tests.rules.role.session_changes import NAME, PRINCIPAL, denied, identity_cases, regranted, revoked
from tests.rules.world import World, mended

BLOBS = "ba92f5b4-2d11-453d-a403-e96b0029c9fe"
BLOB_OWNER = "b7e6dc6d-f1e8-4753-8033-0f276bb0955b"
FILES = "69566ab7-960f-475b-8e7c-b3118f30c6bd"
SMB = "0c867c2a-1d8c-454a-a3db-ab2ea1bdc8bb"
SERVICES = "Microsoft.Storage/storageAccounts/blobServices/containers"


def roles(*granted: str, **where: object) -> Change:
    """Exactly these roles on the account."""

    def change(world: World) -> None:
        revoked(STORAGE)(world)
        for role in granted:
            world.grant(role, PRINCIPAL, STORAGE, **where)

    return change


def blob_owner(world: World) -> None:
    world.define(BLOB_OWNER, actions=[f"{SERVICES}/*"], dataActions=[f"{SERVICES}/blobs/*"])
    roles(CONTRIBUTOR, BLOB_OWNER, FILES)(world)


def one_container(world: World) -> None:
    roles(CONTRIBUTOR, FILES)(world)
    world.grant(BLOBS, PRINCIPAL, f"{STORAGE}/blobServices/default/containers/azureml")


def case(name: str, status: str, change: Change, **more: object) -> Case:
    return Case(name=name, about=STORAGE, to=NAME, status=status, change=change, **more)  # type: ignore[arg-type]


CASES = (
    Case(name="all-three", about=STORAGE, to=NAME, status="pass"),
    case("blob-data-owner", "pass", blob_owner),
    case("nothing", "fail", revoked(STORAGE), severity=Severity.MEDIUM, says="may not manage"),
    case("contributor-alone", "fail", roles(CONTRIBUTOR), says="may not read and write its blobs"),
    case("owner-has-no-data-action", "fail", roles(OWNER), says="may not read and write its files"),
    case("no-contributor", "fail", roles(BLOBS, FILES), says="may not manage the storage account"),
    case("no-blobs", "fail", roles(CONTRIBUTOR, FILES), says="may not read and write its blobs"),
    case("no-files", "fail", roles(CONTRIBUTOR, BLOBS), says="fileshares/files/read"),
    case("smb-lacks-backup-semantics", "fail", roles(CONTRIBUTOR, BLOBS, SMB), says="readFileBackup"),
    case("blobs-of-one-container", "fail", one_container, severity=Severity.LOW, says="only on a part"),
    case("denied", "fail", denied(STORAGE, dataActions=[f"{SERVICES}/blobs/*"]), says="deny assignment"),
    case(
        "conditional",
        "unknown",
        roles(CONTRIBUTOR, BLOBS, FILES, condition=CONDITION),
        reason=Reason.CONDITIONAL,
    ),
    case("refused", "unknown", lambda w: w.refuse(ASSIGNMENTS), reason=Reason.NO_PERMISSION),
    *identity_cases(STORAGE, link="storageAccount"),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_role_session_identity_storage(case: Case) -> None:
    case.check(role_session_identity_storage)


@pytest.mark.parametrize(
    ("granted", "lacking"),
    [((CONTRIBUTOR,), (BLOBS, FILES)), ((BLOBS,), (CONTRIBUTOR, FILES)), ((), (CONTRIBUTOR, BLOBS, FILES))],
)
def test_role_session_identity_storage_remedy_assigns_each_lacking_role(
    granted: tuple[str, ...], lacking: tuple[str, ...]
) -> None:
    world = mended()
    roles(*granted)(world)
    (result,) = world.judge(role_session_identity_storage, within=ACTUARIAL)
    assert result.remedy is not None
    commands = (result.remedy.az or "").split(" && ")
    assert [command.partition("--role ")[2].split()[0] for command in commands] == list(lacking)
    assert all(f"--scope {STORAGE}" in command and PRINCIPAL in command for command in commands)


def test_role_session_identity_storage_grant_of_the_group_says_that_it_is_wide() -> None:
    world = mended()
    regranted(STORAGE, CONTRIBUTOR, STORAGE.split("/providers")[0])(world)
    world.grant(BLOBS, PRINCIPAL, STORAGE).grant(FILES, PRINCIPAL, STORAGE)
    (result,) = world.judge(role_session_identity_storage, within=ACTUARIAL)
    assert result.status == "pass"
    assert any("wider than the resource" in note for note in result.verdict.notes)
