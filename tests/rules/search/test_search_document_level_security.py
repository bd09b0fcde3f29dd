"""search-document-level-security."""

from __future__ import annotations

import pytest

from auditor.model.declared import Declared, DeclaredWorkload, DocumentLevelSecurity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.company import AI_PROD
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI, CLAIMS_SEARCH, HR_SEARCH
from auditor_rules.search.search_document_level_security import search_document_level_security
from tests.rules.cases import Case

TRIMMED = DocumentLevelSecurity(index="claims", field="group_ids")


def declared(
    search: tuple[str, ...] = (CLAIMS_SEARCH,), trimmed: DocumentLevelSecurity | None = TRIMMED
) -> Declared:
    workload = DeclaredWorkload(
        name="claims-chat",
        kind="on-your-data",
        openai=(CLAIMS_OPENAI,),
        search=search,
        document_level_security=trimmed,
    )
    return Declared(workloads=(workload,))


UNREACHED = Reason.DATA_PLANE_UNREACHABLE
CASES = (
    Case(
        name="declared",
        about=CLAIMS_SEARCH,
        to="claims",
        status="unknown",
        declared=declared(),
        reason=UNREACHED,
        says="field group_ids",
    ),
    Case(
        name="declared-in-upper-case",
        about=CLAIMS_SEARCH,
        to="claims",
        status="unknown",
        declared=declared((CLAIMS_SEARCH.upper().replace("/SUBS", "/subs"),)),
        reason=UNREACHED,
    ),
    Case(
        name="declared-without-naming-the-service",
        about=CLAIMS_SEARCH,
        to="claims",
        status="unknown",
        declared=declared(()),
        reason=UNREACHED,
    ),
    Case(
        name="declared-for-another-service",
        about=HR_SEARCH,
        status="not_applicable",
        declared=declared(),
        reason=Reason.NOT_DECLARED,
    ),
    Case(
        name="declared-without-trimming",
        about=CLAIMS_SEARCH,
        status="not_applicable",
        declared=declared(trimmed=None),
        reason=Reason.NOT_DECLARED,
    ),
    Case(name="nothing-declared", about=CLAIMS_SEARCH, status="not_applicable", reason=Reason.NOT_DECLARED),
    Case(
        name="refused",
        about=f"/subscriptions/{AI_PROD}",
        status="unknown",
        change=lambda world: world.refuse("Search/searchServices\\?"),
        reason=Reason.NO_PERMISSION,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_search_document_level_security(case: Case) -> None:
    case.check(search_document_level_security)
