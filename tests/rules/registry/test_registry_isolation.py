"""registry-isolation."""

from __future__ import annotations

import pytest

from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.company import AI_PROD
from auditor.sandbox.sample.endpoints import Endpoint
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor.sandbox.sample.shared_services import ENDPOINTS, REGISTRY
from auditor_rules.registry.registry_isolation import registry_isolation
from tests.rules.cases import Case, Change
from tests.rules.world import World

ACCESS, BYPASS = "properties.publicNetworkAccess", "properties.networkRuleBypassOptions"
ACTION, SKU = "properties.networkRuleSet.defaultAction", "sku.name"
(ENDPOINT,) = ENDPOINTS
STATUS = "properties.privateLinkServiceConnectionState.status"


def put(path: str, value: object) -> Change:
    return lambda world: world.put(REGISTRY, path, value)


def connection_of(world: World, endpoint: Endpoint) -> str:
    """The connection that one of our endpoints left on the registry."""
    for found in world.tenant["resources"]:
        named = (found.get("properties", {}).get("privateEndpoint") or {}).get("id")
        if found["id"].lower().startswith(f"{REGISTRY.lower()}/") and named == endpoint.id:
            return str(found["id"])
    raise KeyError(endpoint.id)


def pending(world: World) -> None:
    world.put(connection_of(world, ENDPOINT), STATUS, "Pending")
    for found in list(world.tenant["resources"]):
        if found["id"].lower().startswith(f"{REGISTRY.lower()}/privateendpointconnections/"):
            world.put(found["id"], STATUS, "Pending")


def only_managed(world: World) -> None:
    """All that is left is the managed network's connection, whose endpoint nobody here can read."""
    world.drop(connection_of(world, ENDPOINT))


CASES = (
    Case(name="isolated", about=REGISTRY, status="pass", seen=((ACCESS, "Disabled"), (SKU, "Premium"))),
    Case(name="lower-case", about=REGISTRY, status="pass", change=put(ACCESS, "disabled")),
    Case(name="sku-in-lower-case", about=REGISTRY, status="pass", change=put(SKU, "premium")),
    Case(name="bypass-null", about=REGISTRY, status="pass", change=put(BYPASS, None)),
    Case(name="bypass-absent", about=REGISTRY, status="pass", change=lambda w: w.cut(REGISTRY, BYPASS)),
    *(
        Case(
            name=f"sku-{sku}",
            about=REGISTRY,
            status="fail",
            severity=Severity.HIGH,
            change=put(SKU, sku),
            says="no private endpoint",
            seen=((SKU, sku),),
        )
        for sku in ("Basic", "standard", "Classic")
    ),
    Case(
        name="enabled",
        about=REGISTRY,
        status="fail",
        severity=Severity.HIGH,
        change=lambda w: w.put(REGISTRY, ACCESS, "Enabled").put(REGISTRY, ACTION, "Allow"),
        says="lets in all",
    ),
    Case(
        name="enabled-behind-a-firewall",
        about=REGISTRY,
        status="fail",
        severity=Severity.HIGH,
        change=put(ACCESS, "Enabled"),
        says="denies by default",
    ),
    Case(
        name="access-absent",
        about=REGISTRY,
        status="fail",
        change=lambda w: w.cut(REGISTRY, ACCESS),
        says="not set, which means enabled",
    ),
    Case(name="access-null", about=REGISTRY, status="fail", change=put(ACCESS, None)),
    Case(
        name="bypass-none",
        about=REGISTRY,
        status="fail",
        severity=Severity.MEDIUM,
        change=put(BYPASS, "None"),
        seen=((BYPASS, "None"),),
    ),
    Case(
        name="no-approved-endpoint",
        about=REGISTRY,
        status="fail",
        severity=Severity.HIGH,
        change=pending,
        says="no private endpoint for registry is approved",
    ),
    Case(
        name="only-endpoints-that-cannot-be-read",
        about=REGISTRY,
        status="unknown",
        reason=Reason.HIDDEN,
        change=only_managed,
    ),
    Case(
        name="open-and-endpoints-unread",
        about=REGISTRY,
        status="fail",
        change=lambda w: w.put(REGISTRY, ACCESS, "Enabled").refuse(
            "registries/.*/privateEndpointConnections"
        ),
        says="not checked",
    ),
    Case(
        name="new-value",
        about=REGISTRY,
        status="unknown",
        reason=Reason.UNEXPECTED_VALUE,
        change=put(ACCESS, "SecuredByPerimeter"),
    ),
    Case(
        name="sku-absent",
        about=REGISTRY,
        status="unknown",
        reason=Reason.MALFORMED,
        change=lambda w: w.cut(REGISTRY, "sku"),
    ),
    Case(
        name="connections-refused",
        about=f"{REGISTRY}",
        to="actuarial-ml",
        status="unknown",
        reason=Reason.NO_PERMISSION,
        change=lambda w: w.refuse("registries/.*/privateEndpointConnections"),
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
        change=lambda w: w.cut(WORKSPACE, "properties.containerRegistry"),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_registry_isolation(case: Case) -> None:
    case.check(registry_isolation)
