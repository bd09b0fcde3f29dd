"""role-app-calls-openai."""

from __future__ import annotations

import pytest

from auditor.model.declared import Declared, DeclaredWorkload, WorkloadKind
from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.company import principal_of
from auditor.sandbox.sample.on_your_data import CLAIMS_APP, CLAIMS_OPENAI
from auditor.sandbox.sample.private_app import CONTAINER_APP, IDENTITY, OPENAI
from auditor_rules.role.role_app_calls_openai import role_app_calls_openai
from tests.rules.cases import Case, Change
from tests.rules.role.changes import ASSIGNMENTS, CONDITION, CUSTOM, OWNER, given, regranted, revoked
from tests.rules.world import World

OPENAI_USER = "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd"
DEPLOYMENTS = "Microsoft.CognitiveServices/accounts/OpenAI/deployments"
SITE = CLAIMS_APP.split("/")[-1]
COPILOT = CONTAINER_APP.split("/")[-1]


def declared(kind: WorkloadKind, openai: str, app: str) -> Declared:
    """Without a grant nothing in ARM ties an app to an account, so the pair is declared."""
    workload = DeclaredWorkload(name="w", kind=kind, openai=(openai,), web_app=(app,))
    return Declared(workloads=(workload,))


CLAIMS = declared("on-your-data", CLAIMS_OPENAI, CLAIMS_APP)
UNDERWRITING = declared("private-openai", OPENAI, CONTAINER_APP)


def without_group(world: World) -> World:
    """The copilot's group holds nothing on the account any more."""
    for found in world.assignments(scope=OPENAI):
        world.drop(found["id"])
    return world


def with_identities(*granted: bool) -> Change:
    """The copilot has one further identity for each flag, which is granted the role where it is set."""

    def change(world: World) -> None:
        without_group(world)
        identities = world.body(CONTAINER_APP)["identity"]["userAssignedIdentities"]
        for number, is_granted in enumerate(granted):
            rid = f"{IDENTITY}-{number}"
            identities[rid] = {"principalId": principal_of(rid), "clientId": principal_of(rid + "c")}
            if is_granted:
                world.grant(OPENAI_USER, principal_of(rid), OPENAI)

    return change


def unstated_identity(world: World) -> None:
    without_group(world)
    world.body(CONTAINER_APP)["identity"]["userAssignedIdentities"] = {IDENTITY: {"principalId": None}}


def keyless_account(world: World) -> None:
    world.cut(CLAIMS_APP, "identity").put(CLAIMS_OPENAI, "properties.disableLocalAuth", True)


def keyed_account(world: World) -> None:
    world.cut(CLAIMS_APP, "identity").put(CLAIMS_OPENAI, "properties.disableLocalAuth", None)


CASES = (
    Case(name="granted", about=CLAIMS_OPENAI, to=SITE, status="pass"),
    Case(
        name="granted-through-a-group",
        about=OPENAI,
        to=COPILOT,
        status="pass",
        says="id-underwriting-copilot",
    ),
    Case(
        name="one-of-three-identities-serves",
        about=OPENAI,
        to=COPILOT,
        status="pass",
        change=with_identities(False, True),
        declared=UNDERWRITING,
    ),
    Case(
        name="no-identity-serves-and-each-is-named",
        about=OPENAI,
        to=COPILOT,
        status="fail",
        severity=Severity.MEDIUM,
        change=with_identities(False),
        declared=UNDERWRITING,
        says="the identity id-underwriting-copilot-0 of ca-underwriting-copilot may not",
    ),
    Case(
        name="missing",
        about=CLAIMS_OPENAI,
        to=SITE,
        status="fail",
        severity=Severity.MEDIUM,
        change=revoked(CLAIMS_OPENAI, CLAIMS_APP),
        declared=CLAIMS,
    ),
    Case(
        name="owner-has-no-data-action",
        about=CLAIMS_OPENAI,
        to=SITE,
        status="fail",
        change=regranted(CLAIMS_OPENAI, CLAIMS_APP, OWNER),
        declared=CLAIMS,
    ),
    Case(
        name="on-your-data-needs-extensions-too",
        about=CLAIMS_OPENAI,
        to=SITE,
        status="fail",
        change=given(CLAIMS_OPENAI, CLAIMS_APP, dataActions=[f"{DEPLOYMENTS}/chat/completions/action"]),
        says="extensions/chat/completions",
    ),
    Case(
        name="plain-openai-needs-no-extensions",
        about=OPENAI,
        to=COPILOT,
        status="pass",
        change=lambda world: (
            without_group(world)
            .define(CUSTOM, dataActions=[f"{DEPLOYMENTS}/chat/completions/action"])
            .grant(CUSTOM, principal_of(IDENTITY), OPENAI)
        ),
    ),
    Case(
        name="granted-on-one-deployment",
        about=CLAIMS_OPENAI,
        to=SITE,
        status="fail",
        severity=Severity.LOW,
        change=regranted(CLAIMS_OPENAI, CLAIMS_APP, OPENAI_USER, f"{CLAIMS_OPENAI}/deployments/gpt-4o"),
        declared=CLAIMS,
    ),
    Case(
        name="conditional",
        about=CLAIMS_OPENAI,
        to=SITE,
        status="unknown",
        reason=Reason.CONDITIONAL,
        change=regranted(CLAIMS_OPENAI, CLAIMS_APP, OPENAI_USER, condition=CONDITION),
        declared=CLAIMS,
    ),
    Case(
        name="object-id-not-stated",
        about=OPENAI,
        to=COPILOT,
        status="unknown",
        reason=Reason.MALFORMED,
        change=unstated_identity,
        declared=UNDERWRITING,
    ),
    Case(
        name="refused",
        about=CLAIMS_OPENAI,
        to=SITE,
        status="unknown",
        reason=Reason.NO_PERMISSION,
        change=lambda world: world.refuse(ASSIGNMENTS),
        declared=CLAIMS,
    ),
    Case(
        name="no-identity-where-keys-work",
        about=CLAIMS_OPENAI,
        to=SITE,
        status="not_applicable",
        reason=Reason.NO_IDENTITY,
        change=keyed_account,
        declared=CLAIMS,
        says="cannot be switched off",
    ),
    Case(
        name="no-identity-where-keys-are-refused",
        about=CLAIMS_OPENAI,
        to=SITE,
        status="not_applicable",
        reason=Reason.NO_IDENTITY,
        change=keyless_account,
        declared=CLAIMS,
        says="refuses keys",
    ),
    Case(
        name="nobody-known-to-call",
        about=OPENAI,
        status="not_applicable",
        reason=Reason.NOT_RELATED,
        change=without_group,
    ),
    Case(
        name="app-might-have-been-missed",
        about=OPENAI,
        status="unknown",
        reason=Reason.NO_PERMISSION,
        change=lambda world: without_group(world).refuse("Microsoft.App/containerApps"),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_role_app_calls_openai(case: Case) -> None:
    case.check(role_app_calls_openai)
