"""role-search-reads-blobs."""

from __future__ import annotations

import pytest

from auditor.model.finding import Severity
from auditor.sandbox.sample.learning_dependencies import STORAGE as LEARNING_STORAGE
from auditor.sandbox.sample.on_your_data import CLAIMS_SEARCH, CLAIMS_STORAGE
from auditor_rules.role.role_search_reads_blobs import role_search_reads_blobs
from tests.rules.cases import Case
from tests.rules.role.changes import CONTRIBUTOR, given, regranted, shared_cases
from tests.rules.world import mended

CONTAINERS = "Microsoft.Storage/storageAccounts/blobServices/containers"
BLOB_CONTRIBUTOR = "ba92f5b4-2d11-453d-a403-e96b0029c9fe"
BLOB_READER = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"
SEARCH = CLAIMS_SEARCH.split("/")[-1]

CASES = (
    *shared_cases(
        CLAIMS_STORAGE,
        CLAIMS_SEARCH,
        BLOB_CONTRIBUTOR,
        part=f"{CLAIMS_STORAGE}/blobServices/default/containers/claims",
        denies=f"{CONTAINERS}/blobs/read",
    ),
    Case(
        name="reader-passes-with-a-note",
        about=CLAIMS_STORAGE,
        to=SEARCH,
        status="pass",
        change=regranted(CLAIMS_STORAGE, CLAIMS_SEARCH, BLOB_READER),
        says="it may not write",
    ),
    Case(
        name="contributor-has-no-data-action",
        about=CLAIMS_STORAGE,
        to=SEARCH,
        status="fail",
        severity=Severity.HIGH,
        change=regranted(CLAIMS_STORAGE, CLAIMS_SEARCH, CONTRIBUTOR),
    ),
    Case(
        name="blobs-without-containers",
        about=CLAIMS_STORAGE,
        to=SEARCH,
        status="fail",
        change=given(CLAIMS_STORAGE, CLAIMS_SEARCH, dataActions=[f"{CONTAINERS}/blobs/read"]),
        says="containers/read",
    ),
    Case(name="no-search-service", about=LEARNING_STORAGE, status="not_applicable"),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_role_search_reads_blobs(case: Case) -> None:
    case.check(role_search_reads_blobs)


def test_role_that_writes_carries_no_note() -> None:
    results = mended().judge(role_search_reads_blobs)
    assert not [note for found in results for note in found.verdict.notes if "not write" in note]
