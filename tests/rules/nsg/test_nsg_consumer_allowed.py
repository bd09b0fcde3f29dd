"""nsg-consumer-allowed."""

from __future__ import annotations

import pytest

from auditor.model.declared import Declared, DeclaredWorkload
from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.agents import ACCOUNT as FOUNDRY
from auditor.sandbox.sample.company import child
from auditor.sandbox.sample.endpoints import ENDPOINT_SUBNET, SPOKE
from auditor.sandbox.sample.network import ENDPOINTS_NSG, HR_APPS_SUBNET, HUB_VNET, SHADOWING_RULE
from auditor.sandbox.sample.on_your_data import CLAIMS_APP, CLAIMS_OPENAI, HR_APP
from auditor.sandbox.sample.private_app import ENVIRONMENT
from auditor_rules.nsg.nsg_consumer_allowed import nsg_consumer_allowed
from tests.rules.cases import Case
from tests.rules.nsg.rules_of_groups import APPS, both, in_subnet, only, security_rule, with_rule
from tests.rules.world import World, company, mended

MANAGEMENT = child(HUB_VNET, "subnets", "management")
USED_FROM_HUB = Declared(
    workloads=(
        DeclaredWorkload(
            name="claims", kind="private-openai", openai=(CLAIMS_OPENAI,), consumers=(MANAGEMENT,)
        ),
    )
)
ASG = {"id": f"{SPOKE.split('/providers/')[0]}/providers/Microsoft.Network/applicationSecurityGroups/asg"}


def no_consumers(world: World) -> None:
    for app in (CLAIMS_APP, HR_APP):
        world.put(app, "properties.virtualNetworkSubnetId", None)
    world.put(ENVIRONMENT, "properties.vnetConfiguration", None)
    world.put(FOUNDRY, "properties.networkInjections", [])


CASES = (
    Case(name="allowed", about=ENDPOINT_SUBNET, to="apps", status="pass", says="allow-apps (priority 150)"),
    Case(
        name="denied-before",
        about=ENDPOINT_SUBNET,
        to="apps",
        status="fail",
        change=with_rule("deny-first", 140, "Deny"),
        severity=Severity.HIGH,
        says="deny-first (priority 140), before rule allow-apps (priority 150) could allow it",
        seen=(("properties.securityRules[3].properties.access", "Deny"),),
    ),
    Case(
        name="another-consumer-denied",
        about=ENDPOINT_SUBNET,
        to="apps",
        status="pass",
        change=with_rule("deny-hr", 140, "Deny", sourceAddressPrefix="10.40.2.64/26"),
    ),
    Case(
        name="a-part-denied",
        about=ENDPOINT_SUBNET,
        to="apps",
        status="fail",
        change=with_rule("deny-some", 140, "Deny", sourceAddressPrefix="10.40.2.0/28"),
        says="a part of apps (10.40.2.0/28)",
    ),
    Case(
        name="no-allow-of-our-own-behind",
        about=ENDPOINT_SUBNET,
        to="apps",
        status="fail",
        change=only(security_rule("deny", 200, "Deny")),
        says="pe-claims-search by rule deny (priority 200)",
    ),
    Case(
        name="any-allow-is-not-enough",
        about=ENDPOINT_SUBNET,
        to="apps",
        status="fail",
        change=only(security_rule("deny", 200, "Deny"), security_rule("allow", 300, "Allow")),
        says="rule deny (priority 200)",
    ),
    Case(
        name="plural-fields",
        about=ENDPOINT_SUBNET,
        to="apps",
        status="pass",
        change=only(
            security_rule(
                "allow",
                150,
                protocol="tcp",
                sourceAddressPrefix=...,
                sourceAddressPrefixes=["192.168.0.0/16", APPS],
                destinationPortRange=...,
                destinationPortRanges=["80", "440-450"],
            ),
            security_rule("deny", 200, "Deny"),
        ),
    ),
    Case(
        name="allow-of-another-port",
        about=ENDPOINT_SUBNET,
        to="apps",
        status="fail",
        change=only(
            security_rule("allow", 150, destinationPortRange="444"), security_rule("deny", 200, "Deny")
        ),
    ),
    Case(
        name="allow-of-udp",
        about=ENDPOINT_SUBNET,
        to="apps",
        status="fail",
        change=only(security_rule("allow", 150, protocol="Udp"), security_rule("deny", 200, "Deny")),
    ),
    Case(
        name="default-rule-allows-the-network",
        about=ENDPOINT_SUBNET,
        to="apps",
        status="pass",
        change=only(),
        says="default rule AllowVnetInBound (priority 65000)",
    ),
    Case(
        name="defaults-not-stated",
        about=ENDPOINT_SUBNET,
        to="apps",
        status="pass",
        change=both(only(), lambda world: world.cut(ENDPOINTS_NSG, "properties.defaultSecurityRules")),
    ),
    Case(
        name="application-security-group",
        about=ENDPOINT_SUBNET,
        to="apps",
        status="unknown",
        change=with_rule(
            "deny-asg", 140, "Deny", sourceAddressPrefix=..., sourceApplicationSecurityGroups=[ASG]
        ),
        reason=Reason.AMBIGUOUS,
        says="deny-asg",
    ),
    Case(
        name="unresolvable-tag",
        about=ENDPOINT_SUBNET,
        to="apps",
        status="unknown",
        change=with_rule("deny-tag", 140, "Deny", sourceAddressPrefix="AzureCloud"),
        reason=Reason.AMBIGUOUS,
    ),
    Case(
        name="malformed-rule",
        about=ENDPOINT_SUBNET,
        to="apps",
        status="unknown",
        change=with_rule("odd", 140, "Deny", destinationPortRange="https"),
        reason=Reason.MALFORMED,
    ),
    Case(
        name="access-of-a-new-kind",
        about=ENDPOINT_SUBNET,
        to="apps",
        status="unknown",
        change=with_rule("odd", 140, "Audit"),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    Case(
        name="group-refused",
        about=ENDPOINT_SUBNET,
        to="apps",
        status="unknown",
        change=lambda world: world.refuse("networkSecurityGroups"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="group-gone",
        about=ENDPOINT_SUBNET,
        to="apps",
        status="unknown",
        change=lambda world: world.drop(ENDPOINTS_NSG),
        reason=Reason.HIDDEN,
    ),
    Case(
        name="interfaces-refused",
        about=ENDPOINT_SUBNET,
        to="apps",
        status="unknown",
        change=lambda world: world.refuse("networkInterfaces"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="group-not-effective",
        about=ENDPOINT_SUBNET,
        to="apps",
        status="not_applicable",
        change=in_subnet(privateEndpointNetworkPolicies="Disabled"),
        reason=Reason.NOT_USED,
    ),
    Case(
        name="no-consumer",
        about=ENDPOINT_SUBNET,
        status="not_applicable",
        change=no_consumers,
        reason=Reason.NOT_USED,
    ),
    Case(
        name="no-consumer-known-but-sites-refused",
        about=ENDPOINT_SUBNET,
        status="unknown",
        change=both(no_consumers, lambda world: world.refuse("Microsoft.Web/sites")),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="declared-consumer-in-a-peer",
        about=ENDPOINT_SUBNET,
        to="management",
        status="fail",
        declared=USED_FROM_HUB,
        says="deny-others (priority 200)",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_nsg_consumer_allowed(case: Case) -> None:
    case.check(nsg_consumer_allowed)


def test_nsg_consumer_allowed_finds_the_sample_companys_shadowed_allow() -> None:
    (found,) = [r for r in company().judge(nsg_consumer_allowed) if r.status == "fail"]
    assert found.related[-1] == HR_APPS_SUBNET
    names = [seen.value for seen in found.verdict.evidence if seen.path.endswith(".name")]
    assert names == [SHADOWING_RULE, "allow-apps"]
    assert found.remedy is not None
    assert "--priority 139 " in (found.remedy.az or "")


def test_nsg_consumer_allowed_remedy_goes_before_the_deny_at_a_free_priority() -> None:
    world = mended()
    with_rule("deny-first", 120, "Deny")(world)
    with_rule("taken", 119, sourceAddressPrefix="192.168.0.0/16")(world)
    (found,) = [r for r in world.judge(nsg_consumer_allowed) if r.related[-1].endswith("/apps")]
    assert found.remedy is not None
    az = found.remedy.az or ""
    assert "--priority 118 " in az
    assert "--access Allow" in az
    assert (
        f"--source-address-prefixes {APPS} --destination-address-prefixes 10.40.1.10/32 10.40.1.11/32" in az
    )
