"""nsg-others-denied."""

from __future__ import annotations

import pytest

from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.endpoints import ENDPOINT_SUBNET, SPOKE
from auditor.sandbox.sample.on_your_data import CLAIMS_APP, CLAIMS_OPENAI
from auditor_rules.nsg.nsg_others_denied import nsg_others_denied
from tests.rules.cases import Case
from tests.rules.nsg.rules_of_groups import in_subnet, only, security_rule, with_rule
from tests.rules.nsg.test_nsg_consumer_allowed import ASG, no_consumers
from tests.rules.world import World, company, mended


def ungranted(world: World) -> World:
    """The app stands where it stood, and nothing ties it to the account any more."""
    return world.revoke(scope=CLAIMS_OPENAI, principal=world.principal(CLAIMS_APP))


CASES = (
    Case(name="denied", about=ENDPOINT_SUBNET, status="pass", says="deny-others (priority 200)"),
    Case(
        name="no-deny-behind-the-allow",
        about=ENDPOINT_SUBNET,
        status="fail",
        change=only(security_rule("allow", 150, sourceAddressPrefix="10.40.2.0/25")),
        severity=Severity.MEDIUM,
        says="default rule AllowVnetInBound",
    ),
    Case(
        name="nothing-but-default-rules",
        about=ENDPOINT_SUBNET,
        status="fail",
        change=only(),
        says="default rule AllowVnetInBound (priority 65000): no rule",
    ),
    Case(
        name="broad-allow-shadows-the-deny",
        about=ENDPOINT_SUBNET,
        status="fail",
        change=with_rule("wide", 110, sourceAddressPrefix="VirtualNetwork"),
        says="rule wide (priority 110), which goes before",
    ),
    Case(
        name="broad-allow-behind-the-deny",
        about=ENDPOINT_SUBNET,
        status="pass",
        change=with_rule("wide", 300, sourceAddressPrefix="VirtualNetwork"),
    ),
    Case(
        name="allow-a-little-wider-than-the-consumers",
        about=ENDPOINT_SUBNET,
        status="fail",
        change=with_rule("wider", 110, sourceAddressPrefix="10.40.2.0/24"),
        says="10.40.2.128/25",
    ),
    Case(
        name="deny-of-a-part-only",
        about=ENDPOINT_SUBNET,
        status="fail",
        change=only(
            security_rule("allow", 150, sourceAddressPrefix="10.40.2.0/25"),
            security_rule("deny", 200, "Deny", sourceAddressPrefix="10.40.0.0/20"),
        ),
        says="also 10.10.0.0/16, by",
    ),
    Case(
        name="allow-of-another-port-does-not-matter",
        about=ENDPOINT_SUBNET,
        status="pass",
        change=with_rule("smb", 110, destinationPortRange="445"),
    ),
    Case(
        name="peer-that-is-not-connected-does-not-count",
        about=ENDPOINT_SUBNET,
        status="pass",
        change=lambda world: (
            only(
                security_rule("allow", 150, sourceAddressPrefix="10.40.2.0/25"),
                security_rule("deny", 200, "Deny", sourceAddressPrefix="10.40.0.0/20"),
            )(world),
            world.put(SPOKE, "properties.virtualNetworkPeerings[0].properties.peeringState", "Disconnected"),
        ),
    ),
    Case(
        name="application-security-group",
        about=ENDPOINT_SUBNET,
        status="unknown",
        change=with_rule("asg", 110, sourceAddressPrefix=..., sourceApplicationSecurityGroups=[ASG]),
        reason=Reason.AMBIGUOUS,
    ),
    Case(
        name="group-refused",
        about=ENDPOINT_SUBNET,
        status="unknown",
        change=lambda world: world.refuse("networkSecurityGroups"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="apps-refused-and-a-rule-lets-their-subnet-in",
        about=ENDPOINT_SUBNET,
        status="unknown",
        change=lambda world: world.refuse("Microsoft.Web/sites"),
        reason=Reason.NO_PERMISSION,
        says="which may be a consumer's: Microsoft.Web/sites of",
    ),
    Case(
        name="app-half-read-and-a-rule-lets-its-subnet-in",
        about=ENDPOINT_SUBNET,
        status="unknown",
        change=lambda world: world.put(CLAIMS_APP, "properties.virtualNetworkSubnetId", 12.5),
        reason=Reason.MALFORMED,
    ),
    Case(
        name="app-that-lost-its-grant",
        about=ENDPOINT_SUBNET,
        status="unknown",
        change=ungranted,
        reason=Reason.RELATION_SUGGESTED,
        says="also lets in app-norrland-claims in apps, and no workload",
    ),
    Case(
        name="app-that-lost-its-grant-and-no-rule-denies",
        about=ENDPOINT_SUBNET,
        status="fail",
        change=lambda world: only()(ungranted(world)),
        says="default rule AllowVnetInBound",
    ),
    Case(
        name="app-that-lost-its-grant-beside-others",
        about=ENDPOINT_SUBNET,
        status="fail",
        change=lambda world: with_rule("wide", 110, sourceAddressPrefix="10.40.0.0/20")(ungranted(world)),
        says="rule wide (priority 110), which goes before",
    ),
    Case(
        name="app-that-is-gone-too",
        about=ENDPOINT_SUBNET,
        status="fail",
        change=lambda world: ungranted(world).drop(CLAIMS_APP),
        says="also 10.40.2.0/26, by rule allow-apps",
    ),
    Case(
        name="apps-refused-and-no-rule-denies",
        about=ENDPOINT_SUBNET,
        status="fail",
        change=lambda world: only()(world.refuse("Microsoft.Web/sites")),
        says="default rule AllowVnetInBound",
    ),
    Case(
        name="group-not-effective",
        about=ENDPOINT_SUBNET,
        status="not_applicable",
        change=in_subnet(privateEndpointNetworkPolicies="RouteTableEnabled"),
        reason=Reason.NOT_USED,
    ),
    Case(
        name="no-consumer",
        about=ENDPOINT_SUBNET,
        status="not_applicable",
        change=no_consumers,
        reason=Reason.NOT_USED,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_nsg_others_denied(case: Case) -> None:
    case.check(nsg_others_denied)


def test_nsg_others_denied_finds_the_sample_companys_shadowed_deny() -> None:
    (found,) = [r for r in company().judge(nsg_others_denied) if r.resource == ENDPOINT_SUBNET]
    assert found.status == "fail"
    assert "10.40.1.30" in found.verdict.message
    assert "allow-copilot-trial (priority 120)" in found.verdict.message
    assert found.remedy is not None
    assert "--name allow-copilot-trial" in (found.remedy.az or "")


def test_nsg_others_denied_remedy_denies_behind_the_last_allow() -> None:
    world = mended()
    only(security_rule("allow", 250, sourceAddressPrefix="10.40.2.0/25"))(world)
    (found,) = [r for r in world.judge(nsg_others_denied) if r.resource == ENDPOINT_SUBNET]
    assert found.remedy is not None
    az = found.remedy.az or ""
    assert "--priority 260 " in az
    assert "--access Deny" in az
    assert "--source-address-prefixes '*' --destination-address-prefixes 10.40.1.0/24" in az
