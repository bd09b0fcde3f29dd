"""search-storage-reachability."""

from __future__ import annotations

import pytest

from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.company import AI_PROD, TENANT
from auditor.sandbox.sample.on_your_data import CLAIMS_SEARCH, CLAIMS_STORAGE
from auditor_rules.search.search_storage_reachability import search_storage_reachability
from tests.rules.cases import Case, Change
from tests.rules.search.strangers import LONELY, add_lonely_service
from tests.rules.world import World

LINKS = f"{CLAIMS_SEARCH}/sharedPrivateLinkResources"
BLOB_LINK = f"{LINKS}/link-blob"
CONNECTIONS = f"{CLAIMS_STORAGE}/privateEndpointConnections"
ACLS = "properties.networkAcls"
STORAGE = CLAIMS_STORAGE.split("/")[-1]


def link(path: str, value: object) -> Change:
    """The blob link with one property changed, and no exception that would serve instead."""

    def change(world: World) -> None:
        without_exception(world)
        world.put(BLOB_LINK, path, value)

    return change


def without_exception(world: World) -> None:
    world.put(CLAIMS_STORAGE, f"{ACLS}.bypass", "Logging, Metrics")


def no_way_at_all(world: World) -> None:
    without_exception(world)
    world.drop(BLOB_LINK)


def without_connections(world: World) -> None:
    """The link is gone, and with it every private endpoint of the account."""
    world.drop(BLOB_LINK)
    for found in list(world.tenant["resources"]):
        if found["id"].lower().startswith(CONNECTIONS.lower() + "/"):
            world.drop(found["id"])


def without_identity(world: World) -> None:
    without_connections(world)
    world.put(CLAIMS_SEARCH, "identity.type", "UserAssigned")


def by_resource_rule(access: str) -> Change:
    def change(world: World) -> None:
        no_way_at_all(world)
        without = [{"tenantId": TENANT, "resourceId": CLAIMS_SEARCH.upper().replace("/SUBS", "/subs")}]
        world.put(CLAIMS_STORAGE, f"{ACLS}.resourceAccessRules", without)
        world.put(CLAIMS_STORAGE, "properties.publicNetworkAccess", access)
        for found in list(world.tenant["resources"]):
            if found["id"].lower().startswith(CONNECTIONS.lower() + "/"):
                world.drop(found["id"])

    return change


def opened(world: World) -> None:
    no_way_at_all(world)
    world.cut(CLAIMS_STORAGE, "properties.publicNetworkAccess")
    world.put(CLAIMS_STORAGE, f"{ACLS}.defaultAction", "Allow")


def secured_by_perimeter(world: World) -> None:
    world.drop(BLOB_LINK)
    world.put(CLAIMS_STORAGE, "properties.publicNetworkAccess", "SecuredByPerimeter")


def refused(pattern: str, before: Change) -> Change:
    def change(world: World) -> None:
        before(world)
        world.refuse(pattern)

    return change


def case(name: str, status: str, change: Change, **more: object) -> Case:
    return Case(name=name, about=CLAIMS_SEARCH, to=STORAGE, status=status, change=change, **more)  # type: ignore[arg-type]


CASES = (
    case("link", "pass", lambda _world: None, says="link-blob"),
    case("link-in-other-case", "pass", link("properties.groupId", "BLOB")),
    case("link-for-dfs", "pass", link("properties.groupId", "dfs")),
    case("link-alone", "pass", without_exception),
    case("link-for-file", "fail", link("properties.groupId", "file"), severity=Severity.HIGH),
    case("link-pending", "fail", link("properties.status", "Pending"), says="link-blob is Pending"),
    case("link-not-provisioned", "fail", link("properties.provisioningState", "Updating"), says="Updating"),
    case("neither", "fail", no_way_at_all, severity=Severity.HIGH, says="no shared private link"),
    case("exception-without-endpoints", "pass", without_connections, says="as a trusted service"),
    case(
        "exception-beside-endpoints",
        "fail",
        lambda world: world.drop(BLOB_LINK),
        severity=Severity.LOW,
        says="only as a trusted service",
    ),
    case("exception-without-identity", "fail", without_identity, says="no system-assigned identity"),
    case("resource-rule", "pass", by_resource_rule("Enabled")),
    case(
        "resource-rule-and-no-public-access", "unknown", by_resource_rule("Disabled"), reason=Reason.AMBIGUOUS
    ),
    case("perimeter", "unknown", secured_by_perimeter, reason=Reason.AMBIGUOUS),
    case("links-refused", "unknown", refused(LINKS, lambda _world: None), reason=Reason.NO_PERMISSION),
    case("links-refused-and-no-exception", "unknown", refused(LINKS, without_exception)),
    case("links-refused-and-no-endpoints", "pass", refused(LINKS, without_connections)),
    case(
        "endpoints-refused",
        "unknown",
        refused(CONNECTIONS, lambda world: world.drop(BLOB_LINK)),
        reason=Reason.NO_PERMISSION,
    ),
    case("link-and-endpoints-refused", "pass", refused(CONNECTIONS, without_exception)),
    Case(
        name="open-to-all",
        about=CLAIMS_SEARCH,
        to=STORAGE,
        status="not_applicable",
        change=opened,
        reason=Reason.PUBLIC_ACCESS_OPEN,
    ),
    Case(
        name="nothing-related",
        about=LONELY,
        status="not_applicable",
        change=add_lonely_service,
        reason=Reason.NOT_RELATED,
    ),
    Case(
        name="refused",
        about=f"/subscriptions/{AI_PROD}",
        status="unknown",
        change=lambda world: world.refuse("Search/searchServices\\?"),
        reason=Reason.NO_PERMISSION,
    ),
)


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("link-pending", f"az network private-endpoint-connection list --id {CLAIMS_STORAGE}"),
        (
            "exception-beside-endpoints",
            f"--name blob-{STORAGE} --group-id blob --resource-id {CLAIMS_STORAGE}",
        ),
    ],
)
def test_remedy_approves_a_link_that_is_there_and_creates_one_that_is_not(name: str, command: str) -> None:
    remedy = next(one for one in CASES if one.name == name).check(search_storage_reachability).remedy
    assert remedy is not None
    assert command in (remedy.az or "")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_search_storage_reachability(case: Case) -> None:
    case.check(search_storage_reachability)
