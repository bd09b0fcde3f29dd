"""role-over-privileged-identity."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from auditor.model.declared import Declared, DeclaredWorkload
from auditor.model.finding import Pass, Severity, Unknown, Verdict
from auditor.model.reasons import Reason
from auditor.model.result import Result
from auditor.relate.workloads import discover
from auditor.rule import Subject, View
from auditor.sandbox.sample.company import (
    AI_PROD,
    GROUP_UNDERWRITING_CALLERS,
    HUB,
    MANAGEMENT_GROUP,
    principal_of,
)
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor.sandbox.sample.on_your_data import CLAIMS_APP, CLAIMS_OPENAI, CLAIMS_STORAGE, HR_APP, HR_STORAGE
from auditor.sandbox.sample.private_app import CONTAINER_APP, IDENTITY
from auditor_rules.role.role_over_privileged_identity import role_over_privileged_identity
from tests.rules.role.changes import ASSIGNMENTS, CONDITION, CONTRIBUTOR, CUSTOM, OWNER, group_of
from tests.rules.world import NOW, World, company, mended

SUBSCRIPTION = f"/subscriptions/{AI_PROD}"
GROUP = group_of(CLAIMS_OPENAI)
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
BLOB_CONTRIBUTOR = "ba92f5b4-2d11-453d-a403-e96b0029c9fe"
BLOB_READER = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"
INDEX_READER = "1407120a-92aa-4202-b7e9-c0e197c71c8f"
ASSIGNS = "Microsoft.Authorization/roleAssignments/write"
GUARD = f"((!(ActionMatches{{'{ASSIGNS}'}})) OR (@Request[x] ForAnyOfAnyValues:GuidEquals {{y}}))"
ABSENT_ROLE = "00000000-0000-4000-9000-0000000000ff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One more assignment to the claims app's identity, and what must be said of it.

    `permission` makes `role` a custom one.
    """

    name: str
    scope: str
    role: str
    status: str
    severity: Severity | None = None
    reason: Reason | None = None
    permission: dict[str, object] | None = None
    condition: str | None = None
    says: str = ""

    def __str__(self) -> str:
        return self.name


CASES = (
    Given(
        name="owner-of-the-subscription",
        scope=SUBSCRIPTION,
        role=OWNER,
        status="fail",
        severity=Severity.HIGH,
        says="may assign any role",
    ),
    Given(
        name="owner-of-the-subscription-in-another-case",
        scope=SUBSCRIPTION.replace("/s", "/S").upper().replace("/SUB", "/Sub"),
        role=OWNER,
        status="fail",
        severity=Severity.HIGH,
    ),
    Given(
        name="user-access-administrator",
        scope=SUBSCRIPTION,
        role=CUSTOM,
        permission={"actions": ["*/read", "Microsoft.Authorization/*"]},
        status="fail",
        severity=Severity.HIGH,
    ),
    Given(
        name="rbac-administrator",
        scope=SUBSCRIPTION,
        role=CUSTOM,
        permission={"actions": [ASSIGNS, "*/read"]},
        status="fail",
        severity=Severity.HIGH,
    ),
    Given(
        name="rbac-administrator-under-a-condition",
        scope=SUBSCRIPTION,
        role=CUSTOM,
        permission={"actions": [ASSIGNS, "*/read"]},
        condition=GUARD,
        status="pass",
        says="under a condition",
    ),
    Given(
        name="owner-under-a-condition-is-still-contributor",
        scope=SUBSCRIPTION,
        role=OWNER,
        condition=GUARD,
        status="fail",
        severity=Severity.MEDIUM,
        says="may manage every resource",
    ),
    Given(
        name="contributor-of-the-subscription",
        scope=SUBSCRIPTION,
        role=CONTRIBUTOR,
        status="fail",
        severity=Severity.MEDIUM,
    ),
    Given(
        name="contributor-under-a-condition-that-is-not-understood",
        scope=SUBSCRIPTION,
        role=CONTRIBUTOR,
        condition=CONDITION,
        status="unknown",
        reason=Reason.CONDITIONAL,
    ),
    Given(
        name="required-data-role-of-the-subscription",
        scope=SUBSCRIPTION,
        role=INDEX_READER,
        status="fail",
        severity=Severity.MEDIUM,
        says="data actions on all of",
    ),
    Given(
        name="data-role-of-the-subscription-under-a-condition",
        scope=SUBSCRIPTION,
        role=BLOB_READER,
        condition=CONDITION,
        status="unknown",
        reason=Reason.CONDITIONAL,
    ),
    Given(name="reader-of-the-subscription", scope=SUBSCRIPTION, role=READER, status="pass"),
    Given(name="owner-of-a-group", scope=GROUP, role=OWNER, status="pass"),
    Given(name="contributor-of-the-workspace", scope=WORKSPACE, role=CONTRIBUTOR, status="pass"),
    Given(
        name="definition-that-nobody-lists",
        scope=SUBSCRIPTION,
        role=ABSENT_ROLE,
        status="unknown",
        reason=Reason.HIDDEN,
    ),
    Given(
        name="permissions-malformed",
        scope=SUBSCRIPTION,
        role=CUSTOM,
        permission={"actions": "*"},
        status="unknown",
        reason=Reason.MALFORMED,
    ),
    Given(
        name="malformed-exclusions-hide-no-data-grant",
        scope=SUBSCRIPTION,
        role=CUSTOM,
        permission={
            "actions": ["*"],
            "notActions": 3,
            "dataActions": ["Microsoft.Search/searchServices/indexes/*"],
        },
        status="fail",
        severity=Severity.MEDIUM,
    ),
)


def granted(case: Given) -> World:
    world = mended()
    if case.permission is not None:
        world.define(case.role, **case.permission)
    return world.grant(case.role, world.principal(CLAIMS_APP), case.scope, condition=case.condition)


def about_last(world: World, results: tuple[Result, ...]) -> Result:
    """The result about the assignment that was added last."""
    rid = world.tenant["resources"][-1]["id"].lower()
    return next(found for found in results if found.resource.lower() == rid)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_role_over_privileged_identity(case: Given) -> None:
    world = granted(case)
    result = about_last(world, world.judge(role_over_privileged_identity))
    assert result.status == case.status, result.verdict.message
    assert result.related == (CLAIMS_APP,)
    assert case.severity in (None, result.severity)
    assert case.says in " | ".join((result.verdict.message, *result.verdict.notes))
    if case.reason is not None:
        assert isinstance(result.verdict, Unknown)
        assert result.verdict.reason is case.reason


def test_scope_not_stated_is_unknown() -> None:
    world = mended()
    world.grant(OWNER, world.principal(CLAIMS_APP), SUBSCRIPTION)
    world.tenant["resources"][-1]["properties"]["scope"] = 5
    result = about_last(world, world.judge(role_over_privileged_identity))
    assert isinstance(result.verdict, Unknown)
    assert result.verdict.reason is Reason.MALFORMED


@pytest.mark.parametrize(
    ("role", "severity"), [(OWNER, None), (CONTRIBUTOR, Severity.MEDIUM), (BLOB_READER, Severity.MEDIUM)]
)
def test_assignment_at_a_management_group_fails(role: str, severity: Severity | None) -> None:
    world = mended()
    world.grant(role, world.principal(CLAIMS_APP), MANAGEMENT_GROUP)
    verdict = judged_directly(world)[world.tenant["resources"][-1]["id"].lower()]
    assert verdict.status == "fail"
    assert verdict.severity is severity
    assert "management group norrland-platform" in verdict.message


def judged_directly(world: World) -> dict[str, Verdict]:
    """What the rule says of each assignment, wherever it was made."""
    rule = role_over_privileged_identity
    estate = world.estate(rule.all_reads)
    view = View(estate=estate, relations=discover(estate, Declared()), declared=Declared(), now=NOW)
    narrowed = replace(view, estate=estate.narrowed(rule.all_reads))
    found = [subject for subject in rule.subjects(narrowed) if isinstance(subject, Subject)]
    return {one.resource.id.key: rule.judge(one.judged, narrowed) for one in found}


def test_group_that_holds_an_identity_fails_and_is_left_alone() -> None:
    world = mended().grant(OWNER, GROUP_UNDERWRITING_CALLERS, SUBSCRIPTION, principalType="Group")
    result = about_last(world, world.judge(role_over_privileged_identity))
    assert (result.status, result.severity, result.related) == ("fail", Severity.HIGH, (CONTAINER_APP,))
    assert result.remedy is not None
    assert result.remedy.az == (
        f"az ad group member remove --group {GROUP_UNDERWRITING_CALLERS} --member-id {principal_of(IDENTITY)}"
    )


def test_group_of_people_and_strangers_yield_no_result() -> None:
    world = mended().grant(OWNER, "99999999-0000-4000-8000-000000000001", SUBSCRIPTION)
    rid = world.tenant["resources"][-1]["id"]
    assert rid not in [found.resource for found in world.judge(role_over_privileged_identity)]


def test_unread_groups_of_one_identity_are_said_of_its_resource() -> None:
    world = mended()
    principal = world.principal(CLAIMS_APP)
    world.refuse(f"{AI_PROD}/providers/Microsoft.Authorization/roleAssignments.*{principal}")
    unread = [found for found in world.judge(role_over_privileged_identity) if found.status == "unknown"]
    assert [(found.resource, found.related) for found in unread] == [
        (CLAIMS_APP, (f"principal:{principal}",))
    ]


def test_refused_assignments_are_said_once() -> None:
    results = mended().refuse(ASSIGNMENTS).judge(role_over_privileged_identity)
    told = [found for found in results if found.resource == SUBSCRIPTION]
    assert [found.status for found in told] == ["unknown"]
    assert all(HUB in found.resource for found in results if found not in told)


def test_sample_company_fails_for_the_hr_app_only() -> None:
    results = company().judge(role_over_privileged_identity)
    failed = [found for found in results if found.status == "fail"]
    assert [(found.related, found.severity) for found in failed] == [((HR_APP,), Severity.MEDIUM)]
    assert failed[0].remedy is not None
    assert failed[0].remedy.az == f"az role assignment delete --ids {failed[0].resource}"


def test_identity_that_two_apps_carry_names_both() -> None:
    world = mended()
    world.put(
        CLAIMS_APP, "identity.userAssignedIdentities", {IDENTITY: {"principalId": principal_of(IDENTITY)}}
    )
    world.grant(OWNER, principal_of(IDENTITY), SUBSCRIPTION)
    result = about_last(world, world.judge(role_over_privileged_identity))
    assert set(result.related) == {CLAIMS_APP, CONTAINER_APP}


@pytest.mark.parametrize(
    ("role", "status"), [(BLOB_CONTRIBUTOR, "fail"), (BLOB_READER, "pass")], ids=["writes", "reads"]
)
def test_data_outside_a_declared_workload(role: str, status: str) -> None:
    workload = DeclaredWorkload(
        name="claims",
        kind="on-your-data",
        openai=(CLAIMS_OPENAI,),
        storage=(CLAIMS_STORAGE,),
        web_app=(CLAIMS_APP,),
    )
    world = mended()
    world.grant(role, world.principal(CLAIMS_APP), HR_STORAGE)
    known = Declared(workloads=(workload,), discover=False)
    result = about_last(world, world.judge(role_over_privileged_identity, known))
    assert result.status == status
    assert result.status != "fail" or result.severity is Severity.MEDIUM
    undeclared = about_last(world, world.judge(role_over_privileged_identity))
    assert isinstance(undeclared.verdict, Pass)
