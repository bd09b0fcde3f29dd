"""private-endpoint-health."""

from __future__ import annotations

from copy import deepcopy

import pytest

from auditor.model.finding import ABSENT, Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI, CLAIMS_SEARCH, CLAIMS_STORAGE
from auditor_rules.private_endpoint.private_endpoint_health import private_endpoint_health
from tests.rules.cases import Case
from tests.rules.private_endpoint.doors import AI_PROD, NETWORK, STATE, STATUS, at, both_sides, ours, request
from tests.rules.world import World, mended

PE = ours("pe-claims-openai")
BLOB = ours("pe-claims-blob")
HERE = at(CLAIMS_OPENAI, "pe-claims-openai")
AUTOMATIC = "properties.privateLinkServiceConnections"


def interface(world: World, endpoint: str = PE) -> str:
    found: str = world.body(endpoint)["properties"]["networkInterfaces"][0]["id"]
    return found


def unstated(world: World) -> World:
    """As with a DNS zone group: the endpoint itself states no address."""
    return world.put(PE, "properties.customDnsConfigs", [])


def without_addresses(world: World) -> None:
    unstated(world)
    for found in world.body(interface(world))["properties"]["ipConfigurations"]:
        del found["properties"]["privateIPAddress"]


def gone(world: World) -> None:
    """The search service was deleted: Azure disconnects the endpoint's request."""
    request(world, "pe-claims-search")["privateLinkServiceConnectionState"]["status"] = "Disconnected"
    world.drop(CLAIMS_SEARCH)


CASES = (
    Case(name="healthy", about=PE, status="pass", says="both sides say Approved for oai-norrland-claims"),
    Case(name="workspace", about=ours("pe-actuarial-workspace"), status="pass"),
    Case(
        name="both-pending-agree",
        about=PE,
        status="pass",
        change=lambda w: both_sides(w, CLAIMS_OPENAI, "pe-claims-openai", "Pending"),
    ),
    Case(
        name="statuses-in-different-case",
        about=PE,
        status="pass",
        change=lambda w: both_sides(w, CLAIMS_OPENAI, "pe-claims-openai", "approved", "APPROVED"),
    ),
    Case(
        name="connection-spells-the-endpoint-otherwise",
        about=PE,
        status="pass",
        change=lambda w: w.put(
            HERE, "properties.privateEndpoint.id", PE.replace("resourceGroups", "resourcegroups")
        ),
    ),
    Case(
        name="still-updating",
        about=PE,
        status="pass",
        change=lambda w: w.put(PE, STATE, "Updating"),
        says="the endpoint is Updating",
    ),
    *(
        Case(
            name=f"endpoint-{state}",
            about=PE,
            status="fail",
            change=lambda w, state=state: w.put(PE, STATE, state),  # type: ignore[misc]
            severity=Severity.MEDIUM,
            seen=((STATE, state),),
        )
        for state in ("Failed", "Canceled", "failed")
    ),
    Case(
        name="connection-failed",
        about=PE,
        status="fail",
        change=lambda w: w.put(HERE, STATE, "Failed"),
        says="the connection on oai-norrland-claims is Failed",
        seen=((STATE, "Failed"),),
    ),
    Case(
        name="no-interface",
        about=PE,
        status="fail",
        change=lambda w: unstated(w).put(PE, "properties.networkInterfaces", []),
        says="no network interface",
    ),
    Case(
        name="interfaces-absent",
        about=PE,
        status="fail",
        change=lambda w: unstated(w).cut(PE, "properties.networkInterfaces"),
        seen=(("properties.networkInterfaces[].id", ABSENT),),
    ),
    Case(
        name="interface-not-listed",
        about=PE,
        status="unknown",
        change=lambda w: unstated(w).drop(interface(w)),
        reason=Reason.HIDDEN,
        says="deleted, or hidden from the reader",
    ),
    Case(
        name="interface-not-listed-but-the-address-stated",
        about=PE,
        status="pass",
        change=lambda w: w.drop(interface(w)),
        says="it has the address 10.",
    ),
    Case(
        name="no-interface-but-the-address-stated",
        about=PE,
        status="pass",
        change=lambda w: w.put(PE, "properties.networkInterfaces", []),
        says="it has the address 10.",
    ),
    Case(
        name="configs-without-addresses-state-none",
        about=PE,
        status="fail",
        change=lambda w: (
            w.put(PE, "properties.customDnsConfigs", [{"fqdn": "oai.openai.azure.com", "ipAddresses": []}]),
            w.put(PE, "properties.networkInterfaces", []),
        ),
    ),
    Case(
        name="configs-malformed-leave-the-interface",
        about=PE,
        status="pass",
        change=lambda w: w.put(PE, "properties.customDnsConfigs", "none"),
    ),
    Case(name="no-address", about=PE, status="fail", change=without_addresses, says="no private address"),
    Case(
        name="target-not-listed",
        about=ours("pe-claims-search"),
        status="unknown",
        change=lambda w: w.drop(CLAIMS_SEARCH),
        reason=Reason.HIDDEN,
        says="the target srch-norrland-claims is not in its subscription's list",
    ),
    Case(
        name="target-gone",
        about=ours("pe-claims-search"),
        status="fail",
        change=gone,
        says="the target srch-norrland-claims no longer exists",
    ),
    Case(
        name="no-connection-on-the-target",
        about=PE,
        status="fail",
        change=lambda w: w.drop(HERE),
        says="has no connection that names this endpoint",
    ),
    Case(
        name="sides-differ",
        about=BLOB,
        status="fail",
        change=lambda w: w.put(at(CLAIMS_STORAGE, "pe-claims-blob"), STATUS, "Rejected"),
        says="the two sides disagree: Approved on the endpoint, Rejected on stnorrlandclaims",
    ),
    Case(
        name="succeeded-says-nothing-of-approval",
        about=PE,
        status="fail",
        change=lambda w: w.put(HERE, STATUS, "Pending").put(PE, STATE, "Succeeded"),
        says="disagree",
    ),
    Case(
        name="in-transition",
        about=PE,
        status="unknown",
        change=lambda w: w.put(HERE, STATUS, "Disconnecting"),
        reason=Reason.AMBIGUOUS,
    ),
    Case(
        name="state-absent",
        about=PE,
        status="unknown",
        change=lambda w: w.cut(PE, STATE),
        reason=Reason.MALFORMED,
    ),
    Case(
        name="state-unheard-of",
        about=PE,
        status="unknown",
        change=lambda w: w.put(PE, STATE, "Perfect"),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    Case(
        name="requests-malformed",
        about=PE,
        status="unknown",
        change=lambda w: w.put(PE, AUTOMATIC, "none"),
        reason=Reason.MALFORMED,
    ),
    Case(
        name="interfaces-refused",
        about=PE,
        status="unknown",
        change=lambda w: unstated(w).refuse("Network/networkInterfaces"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="connections-refused",
        about=PE,
        status="unknown",
        change=lambda w: w.refuse("oai-norrland-claims/privateEndpointConnections"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="failure-shows-through-what-was-refused",
        about=PE,
        status="fail",
        change=lambda w: w.put(PE, STATE, "Failed").refuse("Network/networkInterfaces"),
    ),
    Case(
        name="endpoints-refused",
        about=f"/subscriptions/{AI_PROD}",
        status="unknown",
        change=lambda w: w.refuse("Network/privateEndpoints"),
        reason=Reason.NO_PERMISSION,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_private_endpoint_health(case: Case) -> None:
    case.check(private_endpoint_health)


def test_health_manual_connection_is_judged_as_an_automatic_one() -> None:
    world = mended()
    properties = world.body(PE)["properties"]
    properties["manualPrivateLinkServiceConnections"] = properties["privateLinkServiceConnections"]
    properties["privateLinkServiceConnections"] = []
    world.put(HERE, STATUS, "Rejected")
    found = next(result for result in world.judge(private_endpoint_health) if result.resource == PE)
    assert found.status == "fail"
    assert found.verdict.evidence[0].path.startswith("properties.manualPrivateLinkServiceConnections[0]")


def test_health_judges_every_request_of_an_endpoint() -> None:
    world = mended()
    rows = world.body(PE)["properties"]["privateLinkServiceConnections"]
    rows.append(world.body(BLOB)["properties"]["privateLinkServiceConnections"][0])
    found = next(result for result in world.judge(private_endpoint_health) if result.resource == PE)
    assert found.status == "fail"
    assert "stnorrlandclaims has no connection that names this endpoint" in found.verdict.message
    assert found.remedy is not None
    assert found.remedy.az is None


def test_health_looks_at_endpoints_of_audited_types_alone() -> None:
    world = mended()
    body = deepcopy(world.body(PE))
    other = f"{PE}-sql"
    asked = body["properties"]["privateLinkServiceConnections"][0]["properties"]
    asked["privateLinkServiceId"] = f"{NETWORK}/providers/Microsoft.Sql/servers/s"
    world.add({**body, "id": other, "name": "pe-claims-openai-sql"})
    names = {result.resource.rsplit("/", 1)[1] for result in world.judge(private_endpoint_health)}
    assert {"pe-claims-openai", "pe-claims-app"} <= names
    assert "pe-claims-openai-sql" not in names


def test_health_remedy_makes_the_same_endpoint_again() -> None:
    case = Case(name="", about=PE, status="fail", change=lambda w: w.put(PE, STATE, "Failed"))
    remedy = case.check(private_endpoint_health).remedy
    assert remedy is not None
    assert f"--private-connection-resource-id {CLAIMS_OPENAI} --group-id account" in (remedy.az or "")
    deleted = Case(name="", about=ours("pe-claims-search"), status="fail", change=gone)
    only_delete = deleted.check(private_endpoint_health).remedy
    assert only_delete is not None
    assert "create" not in (only_delete.az or "")
