"""storage-account-hygiene."""

from __future__ import annotations

import pytest

from auditor.model.finding import ABSENT, Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.company import STRANGER
from auditor.sandbox.sample.on_your_data import CLAIMS_SEARCH
from auditor_rules.storage.storage_account_hygiene import storage_account_hygiene
from tests.rules.cases import Case, Change
from tests.rules.storage.accounts import (
    CLAIMS_STORAGE,
    HR_STORAGE,
    SUBSCRIPTION,
    TENANT,
    put,
    refused_accounts,
)
from tests.rules.world import mended

ANONYMOUS = "properties.allowBlobPublicAccess"
TLS = "properties.minimumTlsVersion"
HTTPS = "properties.supportsHttpsTrafficOnly"
REPLICATION = "properties.allowCrossTenantReplication"
COPY = "properties.allowedCopyScope"
RULES = "properties.networkAcls.resourceAccessRules"


def instance(resource: object, tenant: object = TENANT) -> Change:
    return put((RULES, [{"tenantId": tenant, "resourceId": resource}]))


def passing(name: str, change: Change, says: str | None = None) -> Case:
    return Case(name=name, about=CLAIMS_STORAGE, status="pass", change=change, says=says)


def failing(name: str, change: Change, says: str, severity: Severity = Severity.MEDIUM) -> Case:
    return Case(name=name, about=CLAIMS_STORAGE, status="fail", change=change, says=says, severity=severity)


CASES = (
    Case(name="clean", about=CLAIMS_STORAGE, status="pass", seen=((TLS, "TLS1_2"), (ANONYMOUS, False))),
    Case(name="clean-with-a-rule-of-ours", about=HR_STORAGE, status="pass"),
    failing("anonymous", put((ANONYMOUS, True)), "may be made public"),
    failing("anonymous-absent", put((ANONYMOUS, ...)), "not ruled out", Severity.LOW),
    failing("anonymous-null", put((ANONYMOUS, None)), "not ruled out", Severity.LOW),
    failing("tls-1.0", put((TLS, "TLS1_0")), "TLS 1.0"),
    failing("tls-1.1-in-lower-case", put((TLS, "tls1_1")), "TLS 1.1"),
    failing("tls-absent", put((TLS, ...)), "TLS 1.0 is accepted: the property is not set"),
    failing("tls-null", put((TLS, None)), "TLS 1.0"),
    passing("tls-1.3", put((TLS, "TLS1_3"))),
    failing("http", put((HTTPS, False)), "plain HTTP"),
    passing("https-absent", put((HTTPS, ...))),
    passing("https-null", put((HTTPS, None))),
    failing("replication", put((REPLICATION, True)), "is allowed"),
    failing("replication-absent", put((REPLICATION, ...)), "not ruled out"),
    failing("replication-null", put((REPLICATION, None)), "not ruled out"),
    failing("foreign-tenant", instance(CLAIMS_SEARCH, STRANGER), "another tenant"),
    failing("bare-wildcard", instance("*"), "every subscription"),
    failing(
        "wildcard-subscription",
        instance("/subscriptions/*/providers/Microsoft.Search/searchServices/*"),
        "every subscription",
    ),
    passing(
        "wildcard-in-a-subscription",
        instance(f"{SUBSCRIPTION}/providers/Microsoft.Search/searchServices/*"),
    ),
    passing("our-tenant-in-upper-case", instance(CLAIMS_SEARCH, TENANT.upper())),
    passing("rules-null", put((RULES, None))),
    passing("no-firewall", put(("properties.networkAcls", ...))),
    passing("copy-scope-unset", put((COPY, ...)), "allowedCopyScope is not set"),
    passing("copy-scope-null", put((COPY, None)), "allowedCopyScope is not set"),
    failing("two-at-once", put((TLS, ...), (ANONYMOUS, ...)), "TLS 1.0"),
    failing("failure-beside-malformed", put((TLS, 12), (HTTPS, False)), "plain HTTP"),
    Case(
        name="rule-without-tenant",
        about=CLAIMS_STORAGE,
        status="unknown",
        change=instance(CLAIMS_SEARCH, None),
        reason=Reason.AMBIGUOUS,
    ),
    Case(
        name="new-tls",
        about=CLAIMS_STORAGE,
        status="unknown",
        change=put((TLS, "TLS1_4")),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    Case(
        name="rules-malformed",
        about=CLAIMS_STORAGE,
        status="unknown",
        change=put((RULES, "all")),
        reason=Reason.MALFORMED,
    ),
    refused_accounts(),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_storage_account_hygiene(case: Case) -> None:
    case.check(storage_account_hygiene)


def test_storage_account_hygiene_several_failures_remedy_sets_only_what_fails() -> None:
    world = mended()
    put((TLS, "TLS1_3"), (REPLICATION, ...), (ANONYMOUS, True))(world)
    instance(CLAIMS_SEARCH, STRANGER)(world)
    (found,) = (r for r in world.judge(storage_account_hygiene) if r.resource == CLAIMS_STORAGE)
    assert found.remedy is not None
    assert found.remedy.az == (
        f"az storage account update --ids {CLAIMS_STORAGE} --allow-blob-public-access false"
        " --allow-cross-tenant-replication false && az storage account network-rule remove"
        " --account-name stnorrlandclaims --resource-group rg-claims-chat --subscription"
        f" {SUBSCRIPTION.split('/')[-1]} --tenant-id {STRANGER} --resource-id {CLAIMS_SEARCH}"
    )
    assert {e.path: e.value for e in found.verdict.evidence}[REPLICATION] is ABSENT
