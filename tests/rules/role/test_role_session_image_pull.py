"""role-session-image-pull."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.company import child
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor.sandbox.sample.shared_services import REGISTRY
from auditor_rules.role.role_session_image_pull import role_session_image_pull
from tests.rules.cases import Case, Change
from tests.rules.role.changes import ASSIGNMENTS, CONDITION
from tests.rules.role.session_changes import (
    NAME,
    PRINCIPAL,
    READER,
    denied,
    given,
    identity_cases,
    regranted,
    revoked,
)
from tests.rules.world import World, mended

PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
REPOSITORY_READER = "b93aa761-3e63-49ed-ac28-beffa264f7ac"
ENVIRONMENT = "properties.environmentId"
MODE = "properties.roleAssignmentMode"
OWN = child(child(WORKSPACE, "environments", "flow-base"), "versions", "3")
CONTENT = "Microsoft.ContainerRegistry/registries/repositories/content/read"


def deployment(world: World) -> str:
    """The id of the workspace's online deployment."""
    found = (row["id"] for row in world.tenant["resources"] if row["id"].startswith(f"{WORKSPACE}/onlineE"))
    return next(str(rid) for rid in found if "/deployments/" in rid)


def runs(environment: object) -> Change:
    return lambda world: world.put(deployment(world), ENVIRONMENT, environment)


def custom(change: Change) -> Change:
    """An environment of the workspace's own making is deployed, and this."""

    def both(world: World) -> None:
        runs(OWN)(world)
        change(world)

    return both


def by_repository(*roles: str, **properties: object) -> Change:
    """The registry grants by repository, and the identity holds exactly these roles on it."""

    def change(world: World) -> None:
        world.put(REGISTRY, MODE, "abacRepositoryPermissions")
        revoked(REGISTRY)(world)
        world.define(REPOSITORY_READER, dataActions=[CONTENT])
        for role in roles:
            world.grant(role, PRINCIPAL, REGISTRY, **properties)

    return change


def case(name: str, status: str, change: Change, **more: object) -> Case:
    fields = {"to": NAME, "change": custom(change), **more}
    return Case(name=name, about=REGISTRY, status=status, **fields)  # type: ignore[arg-type]


def nothing(_world: World) -> None:
    """The compliant world, unchanged."""


CASES = (
    case("contributor", "pass", nothing),
    case("acr-pull", "pass", regranted(REGISTRY, PULL)),
    case("reader-covers-pull", "pass", regranted(REGISTRY, READER)),
    case("mode-absent", "pass", lambda w: w.cut(REGISTRY, MODE)),
    case("mode-null", "pass", lambda w: w.put(REGISTRY, MODE, None)),
    case("environment-in-lower-case", "pass", runs(OWN.lower())),
    case("nothing", "fail", revoked(REGISTRY), severity=Severity.MEDIUM, says="may not pull images"),
    case("push-only", "fail", given(REGISTRY, actions=["Microsoft.ContainerRegistry/registries/push/write"])),
    case("denied", "fail", denied(REGISTRY, actions=["*/pull/read"]), says="deny assignment"),
    case("repository-reader", "pass", by_repository(REPOSITORY_READER)),
    case("pull-counts-for-nothing-by-repository", "fail", by_repository(PULL), says="every repository"),
    case("reader-counts-for-nothing-by-repository", "fail", by_repository(READER)),
    case(
        "one-repository",
        "unknown",
        by_repository(REPOSITORY_READER, condition=CONDITION),
        reason=Reason.CONDITIONAL,
    ),
    case("new-mode", "unknown", lambda w: w.put(REGISTRY, MODE, "X"), reason=Reason.UNEXPECTED_VALUE),
    case("refused", "unknown", lambda w: w.refuse(ASSIGNMENTS), reason=Reason.NO_PERMISSION),
    case("deployments-refused", "unknown", lambda w: w.refuse("/deployments"), reason=Reason.NO_PERMISSION),
    case("endpoints-refused", "unknown", lambda w: w.refuse("/onlineEndpoints"), reason=Reason.NO_PERMISSION),
    *(
        Case(
            name=name,
            about=REGISTRY,
            to=NAME,
            status="not_applicable",
            change=change,
            reason=Reason.NOT_USED,
        )
        for name, change in (
            ("curated-copy", runs(OWN.replace("flow-base", "AzureML-sklearn-1.5"))),
            ("curated-of-a-registry", runs("azureml://registries/azureml/environments/x/versions/1")),
            ("no-environment", runs(None)),
        )
    ),
    *(
        replace(each, change=custom(each.change))
        for each in identity_cases(REGISTRY, link="containerRegistry")
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_role_session_image_pull(case: Case) -> None:
    case.check(role_session_image_pull)


@pytest.mark.parametrize(
    ("change", "role"), [(revoked(REGISTRY), PULL), (by_repository(), REPOSITORY_READER)]
)
def test_role_session_image_pull_remedy_assigns_the_role_of_the_mode(change: Change, role: str) -> None:
    world = mended()
    custom(change)(world)
    (result,) = world.judge(role_session_image_pull, within=REGISTRY)
    assert result.remedy is not None
    assert f"--role {role}" in (result.remedy.az or "")
