"""storage-trusted-service-access."""

from __future__ import annotations

import pytest

from auditor.model.finding import Severity
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.resources.storage_account import StorageAccount
from auditor.sandbox.sample.company import STRANGER
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI, CLAIMS_SEARCH
from auditor_rules.storage.instances import covers
from auditor_rules.storage.storage_trusted_service_access import storage_trusted_service_access
from tests.rules.cases import Case, Change
from tests.rules.storage.accounts import (
    CLAIMS_STORAGE,
    LEARNING_STORAGE,
    SUBSCRIPTION,
    TENANT,
    UNRELATED,
    put,
    refused_accounts,
    unrelated,
)
from tests.rules.world import World, mended

ACCESS = "properties.publicNetworkAccess"
BYPASS = "properties.networkAcls.bypass"
RULES = "properties.networkAcls.resourceAccessRules"
BOTH = (CLAIMS_OPENAI, CLAIMS_SEARCH)


def named(
    *resources: object,
    bypass: object = "None",
    access: object = "Enabled",
    tenant: str = TENANT,
    about: str = CLAIMS_STORAGE,
) -> Change:
    """The firewall lets in these resource instances."""
    rows = [{"tenantId": tenant, "resourceId": resource} for resource in resources]
    return put((BYPASS, bypass), (RULES, rows), (ACCESS, access), about=about)


def services_refused(world: World) -> None:
    named(*BOTH)(world)
    world.refuse("Microsoft.MachineLearningServices/workspaces")


def passing(name: str, change: Change) -> Case:
    return Case(name=name, about=CLAIMS_STORAGE, status="pass", change=change)


def failing(
    name: str,
    change: Change,
    says: str | None = None,
    severity: Severity = Severity.HIGH,
    about: str = CLAIMS_STORAGE,
) -> Case:
    return Case(name=name, about=about, status="fail", change=change, says=says, severity=severity)


def unknown(name: str, change: Change, reason: Reason) -> Case:
    return Case(name=name, about=CLAIMS_STORAGE, status="unknown", change=change, reason=reason)


SEARCHES = f"{SUBSCRIPTION}/providers/Microsoft.Search/searchServices/*"
ACCOUNTS = "/subscriptions/*/resourceGroups/*/providers/Microsoft.CognitiveServices/accounts/*"

CASES = (
    Case(
        name="listed-among-others",
        about=CLAIMS_STORAGE,
        status="pass",
        seen=((BYPASS, "Logging, Metrics, AzureServices"),),
    ),
    passing("alone", put((BYPASS, "AzureServices"))),
    passing("in-lower-case", put((BYPASS, "logging,azureservices"))),
    passing("absent", put((BYPASS, ...))),
    passing("null", put((BYPASS, None))),
    passing("no-firewall", put(("properties.networkAcls", ...))),
    failing("none", put((BYPASS, "None")), "oai-norrland-claims"),
    failing("logging-and-metrics", put((BYPASS, "Logging, Metrics")), "srch-norrland-claims"),
    failing(
        "none-for-a-workspace",
        put((BYPASS, "None"), about=LEARNING_STORAGE),
        "actuarial-ml",
        about=LEARNING_STORAGE,
    ),
    passing("every-service-named", named(*BOTH)),
    passing("every-service-named-in-upper-case", named(*(rid.upper() for rid in BOTH))),
    passing("every-service-in-a-wildcard", named(SEARCHES, ACCOUNTS, tenant=TENANT.upper())),
    failing("one-service-named", named(CLAIMS_SEARCH), "shuts out oai-norrland-claims (Microsoft.Cog"),
    failing("named-in-another-tenant", named(*BOTH, tenant=STRANGER)),
    failing(
        "look-alike-named", named(CLAIMS_OPENAI, f"{CLAIMS_SEARCH}2"), "shuts out srch-norrland-claims ("
    ),
    failing("not-an-id-named", named("*")),
    failing(
        "none-while-the-firewall-is-open",
        put((BYPASS, "None"), (ACCESS, "Enabled"), ("properties.networkAcls.defaultAction", "Allow")),
        "only once it denies",
        Severity.LOW,
    ),
    unknown("every-service-named-behind-disabled", named(*BOTH, access="Disabled"), Reason.AMBIGUOUS),
    unknown(
        "every-service-named-in-a-perimeter", named(*BOTH, access="SecuredByPerimeter"), Reason.AMBIGUOUS
    ),
    unknown("new-value", put((BYPASS, "Everything")), Reason.UNEXPECTED_VALUE),
    unknown("malformed", put((BYPASS, ["AzureServices"])), Reason.MALFORMED),
    unknown("rules-malformed", put((BYPASS, "None"), (RULES, {})), Reason.MALFORMED),
    unknown("a-service-might-be-missed", services_refused, Reason.NO_PERMISSION),
    refused_accounts(),
    Case(
        name="unrelated",
        about=UNRELATED,
        status="not_applicable",
        change=unrelated,
        reason=Reason.NOT_RELATED,
        all_resources=True,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_storage_trusted_service_access(case: Case) -> None:
    case.check(storage_trusted_service_access)


def test_storage_trusted_service_access_remedy_keeps_what_the_bypass_holds() -> None:
    world = mended()
    put((BYPASS, "Metrics, Logging"))(world)
    (found,) = (r for r in world.judge(storage_trusted_service_access) if r.resource == CLAIMS_STORAGE)
    assert found.remedy is not None
    assert found.remedy.az == (
        f"az storage account update --ids {CLAIMS_STORAGE} --bypass AzureServices Logging Metrics"
    )


PATTERNS = (
    (WORKSPACE, True),
    (WORKSPACE.upper(), True),
    (f"{WORKSPACE}x", False),
    (WORKSPACE.rpartition("/")[0] + "/*", True),
    (f"{SUBSCRIPTION}/providers/Microsoft.MachineLearningServices/workspaces/*", True),
    (f"{SUBSCRIPTION}/providers/Microsoft.MachineLearningServices/workspaces/actuarial-ml", False),
    ("/subscriptions/*/providers/Microsoft.MachineLearningServices/workspaces/*", True),
    (f"{SUBSCRIPTION}/resourceGroups/other/providers/Microsoft.MachineLearningServices/workspaces/*", False),
    (f"{SUBSCRIPTION}/providers/Microsoft.Synapse/workspaces/*", False),
    ("/providers/Microsoft.MachineLearningServices/workspaces/*", False),
    ("*", False),
    (None, False),
)


@pytest.mark.parametrize(("pattern", "expected"), PATTERNS)
def test_covers_pattern_names_the_workspace(pattern: object, expected: bool) -> None:
    world = mended()
    named(pattern)(world)
    account = world.estate((StorageAccount,)).find(StorageAccount, ArmId.parse(CLAIMS_STORAGE))
    assert account is not None
    (row,) = account.resource_access_rules.value
    assert covers(row, ArmId.parse(WORKSPACE), TENANT) is expected
