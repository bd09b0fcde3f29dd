"""nsg-effective-on-private-endpoints."""

from __future__ import annotations

import pytest

from auditor.model.finding import ABSENT, Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.endpoints import ENDPOINT_SUBNET
from auditor.sandbox.sample.network import CLAIMS_APPS_SUBNET
from auditor_rules.nsg.nsg_effective_on_private_endpoints import nsg_effective_on_private_endpoints
from tests.rules.cases import Case
from tests.rules.nsg.rules_of_groups import SUBSCRIPTION, in_subnet
from tests.rules.world import mended

POLICIES = "properties.privateEndpointNetworkPolicies"
GROUP_ID = "properties.networkSecurityGroup.id"

CASES = (
    Case(name="enabled", about=ENDPOINT_SUBNET, status="pass", seen=((POLICIES, "Enabled"),)),
    *(
        Case(
            name=f"policies-{value}",
            about=ENDPOINT_SUBNET,
            status=status,
            change=in_subnet(privateEndpointNetworkPolicies=value),
        )
        for value, status in (
            ("NetworkSecurityGroupEnabled", "pass"),
            ("networksecuritygroupenabled", "pass"),
            ("RouteTableEnabled", "fail"),
            ("Disabled", "fail"),
        )
    ),
    Case(
        name="policies-null",
        about=ENDPOINT_SUBNET,
        status="fail",
        change=in_subnet(privateEndpointNetworkPolicies=None),
        severity=Severity.MEDIUM,
        says="not set, which means Disabled",
        seen=((POLICIES, None),),
    ),
    Case(
        name="policies-absent",
        about=ENDPOINT_SUBNET,
        status="fail",
        change=in_subnet(privateEndpointNetworkPolicies=...),
        seen=((POLICIES, ABSENT),),
    ),
    Case(
        name="policies-of-a-new-kind",
        about=ENDPOINT_SUBNET,
        status="unknown",
        change=in_subnet(privateEndpointNetworkPolicies="SomeEnabled"),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    Case(
        name="no-group",
        about=ENDPOINT_SUBNET,
        status="fail",
        change=in_subnet(networkSecurityGroup=...),
        severity=Severity.MEDIUM,
        says="no security group",
        seen=((GROUP_ID, ABSENT),),
    ),
    Case(
        name="subnet-without-endpoints",
        about=CLAIMS_APPS_SUBNET,
        status="not_applicable",
        reason=Reason.NOT_USED,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_nsg_effective_on_private_endpoints(case: Case) -> None:
    case.check(nsg_effective_on_private_endpoints)


@pytest.mark.parametrize("what", ["virtualNetworks", "privateEndpoints"])
def test_nsg_effective_list_refused_is_unknown(what: str) -> None:
    world = mended().refuse(f"^{SUBSCRIPTION}/providers/Microsoft.Network/{what}")
    results = world.judge(nsg_effective_on_private_endpoints)
    assert {result.status for result in results if result.resource == SUBSCRIPTION} == {"unknown"}
    assert not [result for result in results if result.status == "pass"]


def test_nsg_effective_subnet_outside_the_audit_is_unknown_at_the_endpoint() -> None:
    elsewhere = ENDPOINT_SUBNET.replace(SUBSCRIPTION, "/subscriptions/0b1c2d3e-4f50-4162-8374-95a6b7c8d9e0")
    world = mended()
    endpoint = next(
        found["id"] for found in world.tenant["resources"] if found["id"].endswith("/pe-claims-openai")
    )
    world.put(endpoint, "properties.subnet.id", elsewhere)
    (found,) = [
        result for result in world.judge(nsg_effective_on_private_endpoints) if result.resource == endpoint
    ]
    assert found.status == "unknown"
    assert found.verdict.reason is Reason.HIDDEN  # type: ignore[union-attr]
