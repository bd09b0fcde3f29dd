"""role-openai-writes-blobs."""

from __future__ import annotations

import pytest

from auditor.model.finding import Severity
from auditor.sandbox.sample.learning_dependencies import STORAGE as LEARNING_STORAGE
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI, CLAIMS_STORAGE
from auditor_rules.role.role_openai_writes_blobs import role_openai_writes_blobs
from tests.rules.cases import Case
from tests.rules.role.changes import CONTRIBUTOR, given, regranted, shared_cases
from tests.rules.world import mended

CONTAINERS = "Microsoft.Storage/storageAccounts/blobServices/containers"
BLOB_CONTRIBUTOR = "ba92f5b4-2d11-453d-a403-e96b0029c9fe"
BLOB_READER = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"
OPENAI = CLAIMS_OPENAI.split("/")[-1]

CASES = (
    *shared_cases(
        CLAIMS_STORAGE,
        CLAIMS_OPENAI,
        BLOB_CONTRIBUTOR,
        part=f"{CLAIMS_STORAGE}/blobServices/default/containers/claims",
        denies=f"{CONTAINERS}/blobs/add/action",
    ),
    Case(
        name="blob-data-owner-passes-with-a-note",
        about=CLAIMS_STORAGE,
        to=OPENAI,
        status="pass",
        change=given(
            CLAIMS_STORAGE,
            CLAIMS_OPENAI,
            actions=[f"{CONTAINERS}/*"],
            dataActions=[f"{CONTAINERS}/blobs/*"],
        ),
        says="take ownership",
    ),
    Case(
        name="contributor-has-no-data-action",
        about=CLAIMS_STORAGE,
        to=OPENAI,
        status="fail",
        severity=Severity.HIGH,
        change=regranted(CLAIMS_STORAGE, CLAIMS_OPENAI, CONTRIBUTOR),
        says="blobs/write",
    ),
    Case(
        name="reader-may-not-write",
        about=CLAIMS_STORAGE,
        to=OPENAI,
        status="fail",
        change=regranted(CLAIMS_STORAGE, CLAIMS_OPENAI, BLOB_READER),
    ),
    Case(
        name="no-on-your-data",
        about=LEARNING_STORAGE,
        status="not_applicable",
        says="no Azure OpenAI account uses this storage account",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_role_openai_writes_blobs(case: Case) -> None:
    case.check(role_openai_writes_blobs)


def test_role_openai_writes_blobs_remedy_names_identity_and_account() -> None:
    world = mended()
    principal = world.principal(CLAIMS_OPENAI)
    world.revoke(scope=CLAIMS_STORAGE, principal=principal)
    failed = next(found for found in world.judge(role_openai_writes_blobs) if found.status == "fail")
    assert failed.remedy is not None
    assert failed.remedy.az == (
        f"az role assignment create --assignee-object-id {principal}"
        f" --assignee-principal-type ServicePrincipal --role {BLOB_CONTRIBUTOR} --scope {CLAIMS_STORAGE}"
    )
