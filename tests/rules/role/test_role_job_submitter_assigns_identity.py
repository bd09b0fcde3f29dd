"""role-job-submitter-assigns-identity."""

from __future__ import annotations

import pytest

from auditor.model.declared import Declared, DeclaredWorkload
from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.company import ACTUARIAL, AI_PROD, GROUP_ACTUARIES, guid, lower_group
from auditor.sandbox.sample.learning_dependencies import SESSION_IDENTITY
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor.sandbox.sample.private_app import OPENAI
from auditor_rules.role.role_job_submitter_assigns_identity import role_job_submitter_assigns_identity
from tests.rules.cases import Case, Change
from tests.rules.role.changes import ASSIGNMENTS, CONDITION, CONTRIBUTOR, CUSTOM
from tests.rules.role.session_changes import INSTANCE, MANAGED_IDENTITIES, detached, on_compute
from tests.rules.world import World, mended

IDENTITY = lower_group(SESSION_IDENTITY)
OPERATOR = "f1a07417-d97a-45cb-824c-7a7467783830"
MEMBER, NEWCOMER = guid("user", "ingrid.lind"), guid("user", "newcomer")
IDENTITY_CONTRIBUTOR = {"actions": [f"{MANAGED_IDENTITIES}/{verb}" for verb in ("read", "write", "delete")]}


def users(*principals: str, workspace: str = WORKSPACE) -> Declared:
    workload = DeclaredWorkload(
        name="w", kind="prompt-flow", workspace=(workspace,), prompt_flow_users=principals
    )
    return Declared(workloads=(workload,))


def granted(role: str, **properties: object) -> Change:
    return lambda world: world.grant(role, NEWCOMER, SESSION_IDENTITY, principalType="User", **properties)


def contributes(world: World) -> None:
    """A role as Managed Identity Contributor: it makes identities and may not assign them."""
    world.define(CUSTOM, **IDENTITY_CONTRIBUTOR)
    granted(CUSTOM)(world)


def nothing(_world: World) -> None:
    """The compliant world, unchanged."""


def case(name: str, status: str, change: Change = nothing, **more: object) -> Case:
    fields = {"about": IDENTITY, "declared": users(NEWCOMER), **more}
    return Case(name=name, status=status, change=change, **fields)  # type: ignore[arg-type]


CASES = (
    case("member-of-a-group", "pass", declared=users(MEMBER.upper())),
    case("group-itself", "pass", declared=users(GROUP_ACTUARIES)),
    case("operator", "pass", granted(OPERATOR)),
    case(
        "contributor-of-the-subscription",
        "pass",
        lambda w: w.grant(CONTRIBUTOR, NEWCOMER, f"/subscriptions/{AI_PROD}"),
    ),
    case("nothing", "fail", severity=Severity.MEDIUM, says="assign the session identity to compute"),
    case("identity-contributor", "fail", contributes, says="*/assign/action"),
    case("conditional", "unknown", granted(OPERATOR, condition=CONDITION), reason=Reason.CONDITIONAL),
    case("refused", "unknown", lambda w: w.refuse(ASSIGNMENTS), reason=Reason.NO_PERMISSION),
    case(
        "identities-refused",
        "unknown",
        lambda w: w.refuse(MANAGED_IDENTITIES),
        about=WORKSPACE,
        reason=Reason.NO_PERMISSION,
    ),
    case("identity-gone", "unknown", lambda w: w.drop(IDENTITY), about=WORKSPACE, reason=Reason.HIDDEN),
    case("nobody-declared", "not_applicable", declared=None, reason=Reason.NOT_DECLARED),
    case(
        "declared-elsewhere",
        "not_applicable",
        declared=users(NEWCOMER, workspace=OPENAI),
        reason=Reason.NOT_DECLARED,
    ),
    case("none-attached", "not_applicable", detached, about=WORKSPACE, reason=Reason.NO_IDENTITY),
    case(
        "of-an-instance-only",
        "not_applicable",
        on_compute(INSTANCE),
        about=WORKSPACE,
        reason=Reason.NO_IDENTITY,
    ),
    case(
        "hub",
        "not_applicable",
        lambda w: w.put(WORKSPACE, "kind", "Hub"),
        about=WORKSPACE,
        reason=Reason.KIND,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_role_job_submitter_assigns_identity(case: Case) -> None:
    case.check(role_job_submitter_assigns_identity)


def test_role_job_submitter_assigns_identity_each_user_is_a_result() -> None:
    results = mended().judge(role_job_submitter_assigns_identity, users(MEMBER, NEWCOMER), within=ACTUARIAL)
    told = {result.related[0]: result.status for result in results}
    assert told == {f"principal:{MEMBER}": "pass", f"principal:{NEWCOMER}": "fail"}


def test_role_job_submitter_assigns_identity_remedy_names_user_and_identity() -> None:
    (result,) = mended().judge(role_job_submitter_assigns_identity, users(NEWCOMER), within=ACTUARIAL)
    assert result.remedy is not None
    assert f"--assignee {NEWCOMER} --role {OPERATOR}" in (result.remedy.az or "")
    assert (result.remedy.az or "").lower().endswith(SESSION_IDENTITY.lower())
