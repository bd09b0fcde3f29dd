"""registry-admin-access."""

from __future__ import annotations

import pytest

from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.company import AI_PROD, AI_SHARED, within
from auditor.sandbox.sample.fraud_hub import FRAUD_HUB, PROJECT
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor.sandbox.sample.private_app import CONTAINER_APP
from auditor.sandbox.sample.shared_services import REGISTRY
from auditor_rules.registry.registry_admin_access import registry_admin_access
from tests.rules.cases import Case, Change
from tests.rules.world import World, mended

ADMIN, ANONYMOUS = "properties.adminUserEnabled", "properties.anonymousPullEnabled"
OTHER = within(AI_SHARED, "Microsoft.ContainerRegistry/registries", "crunrelated")
SERVER = "properties.configuration.registries[0].server"


def put(path: str, value: object) -> Change:
    return lambda world: world.put(REGISTRY, path, value)


def other(world: World) -> None:
    """A registry that no workload uses, with an admin user."""
    found = {**world.body(REGISTRY), "id": OTHER, "name": "crunrelated"}
    world.add({**found, "properties": {"loginServer": "crunrelated.azurecr.io", "adminUserEnabled": True}})


def unlinked(world: World) -> World:
    return world.put(WORKSPACE, "properties.containerRegistry", None)


def both(world: World) -> World:
    return world.put(REGISTRY, ADMIN, True).put(REGISTRY, ANONYMOUS, True)


CASES = (
    Case(name="both-off", about=REGISTRY, status="pass", seen=((ADMIN, False), (ANONYMOUS, False))),
    Case(name="null", about=REGISTRY, status="pass", change=put(ADMIN, None)),
    Case(name="absent", about=REGISTRY, status="pass", change=lambda w: w.cut(REGISTRY, ANONYMOUS)),
    Case(
        name="admin",
        about=REGISTRY,
        status="fail",
        severity=Severity.MEDIUM,
        change=put(ADMIN, True),
        says="admin user",
        seen=((ADMIN, True),),
    ),
    Case(
        name="anonymous",
        about=REGISTRY,
        status="fail",
        severity=Severity.MEDIUM,
        change=put(ANONYMOUS, True),
        says="anonymous pull",
    ),
    Case(name="both-on", about=REGISTRY, status="fail", change=both, says="; anonymous pull"),
    Case(
        name="malformed",
        about=REGISTRY,
        status="unknown",
        reason=Reason.MALFORMED,
        change=put(ADMIN, "true"),
    ),
    Case(
        name="admin-beside-malformed",
        about=REGISTRY,
        status="fail",
        change=lambda w: both(w).put(REGISTRY, ANONYMOUS, "yes"),
        says="not checked",
    ),
    Case(
        name="refused",
        about=f"/subscriptions/{AI_PROD}",
        status="unknown",
        reason=Reason.NO_PERMISSION,
        change=lambda w: w.refuse("ContainerRegistry/registries"),
    ),
    Case(
        name="no-registry-yet",
        about=WORKSPACE,
        status="not_applicable",
        reason=Reason.NOT_USED,
        change=unlinked,
    ),
    Case(
        name="named-by-a-container-app-only",
        about=REGISTRY,
        to="ca-underwriting-copilot",
        status="fail",
        change=lambda w: unlinked(w).put(REGISTRY, ADMIN, True),
    ),
    Case(
        name="hidden",
        about=WORKSPACE,
        status="unknown",
        reason=Reason.HIDDEN,
        change=lambda w: w.put(WORKSPACE, "properties.containerRegistry", f"{REGISTRY}-gone"),
    ),
    Case(
        name="app-pulls-from-elsewhere",
        about=CONTAINER_APP,
        status="unknown",
        reason=Reason.OUT_OF_SCOPE,
        change=lambda w: w.put(CONTAINER_APP, SERVER, "Elsewhere.azurecr.io"),
        says="elsewhere.azurecr.io",
    ),
    Case(
        name="unrelated-with-all-resources",
        about=OTHER,
        status="fail",
        change=other,
        all_resources=True,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_registry_admin_access(case: Case) -> None:
    case.check(registry_admin_access)


def test_registry_admin_access_both_on_mends_both_at_once() -> None:
    case = next(case for case in CASES if case.name == "both-on")
    remedy = case.check(registry_admin_access).remedy
    assert remedy is not None
    assert "--admin-enabled false --anonymous-pull-enabled false" in (remedy.az or "")


@pytest.mark.parametrize("host", ["registry.example.com", "mcr.microsoft.com", "", None])
def test_registry_admin_access_registries_outside_azure_yield_nothing(host: str | None) -> None:
    world = mended()
    world.put(CONTAINER_APP, SERVER, host)
    results = world.judge(registry_admin_access)
    assert [result.resource for result in results] == [REGISTRY]
    assert [result.related for result in results] == [(WORKSPACE, FRAUD_HUB, PROJECT)]


def test_registry_admin_access_unrelated_registry_yields_nothing() -> None:
    world = mended()
    other(world)
    assert {result.resource for result in world.judge(registry_admin_access)} == {REGISTRY}
