"""storage-public-network-access."""

from __future__ import annotations

import pytest

from auditor.model.finding import ABSENT, Severity
from auditor.model.reasons import Reason
from auditor_rules.storage.storage_public_network_access import storage_public_network_access
from tests.rules.cases import Case, Change
from tests.rules.storage.accounts import (
    CLAIMS_STORAGE,
    HR_STORAGE,
    LEARNING_STORAGE,
    UNRELATED,
    put,
    refused_accounts,
    unrelated,
)
from tests.rules.world import World, mended

ACCESS = "properties.publicNetworkAccess"
ACLS = "properties.networkAcls"
ENABLED = (ACCESS, "Enabled")
CONFIGURATIONS = f"{CLAIMS_STORAGE}/networkSecurityPerimeterConfigurations"
MODE = "properties.resourceAssociation.accessMode"


def secured(*modes: object) -> Change:
    """The account is secured by one perimeter for each of these access modes."""

    def change(world: World) -> None:
        world.put(CLAIMS_STORAGE, ACCESS, "securedByPerimeter")
        for number, mode in enumerate(modes):
            name = f"00000000-0000-4000-8000-00000000000{number}.claims"
            world.add(
                {
                    "id": f"{CONFIGURATIONS}/{name}",
                    "name": name,
                    "type": "Microsoft.Storage/storageAccounts/networkSecurityPerimeterConfigurations",
                    "properties": {"resourceAssociation": {"name": "claims", "accessMode": mode}},
                }
            )

    return change


def secured_and_refused(world: World) -> None:
    world.put(CLAIMS_STORAGE, ACCESS, "SecuredByPerimeter")
    world.refuse("networkSecurityPerimeterConfigurations")


def case(
    name: str,
    status: str,
    change: Change,
    *,
    severity: Severity | None = None,
    reason: Reason | None = None,
    says: str | None = None,
    seen: tuple[tuple[str, object], ...] = (),
) -> Case:
    return Case(
        name=name,
        about=CLAIMS_STORAGE,
        status=status,
        change=change,
        severity=severity,
        reason=reason,
        says=says,
        seen=seen,
    )


CASES = (
    Case(name="disabled", about=CLAIMS_STORAGE, status="pass", seen=((ACCESS, "Disabled"),)),
    Case(name="disabled-of-on-your-data", about=HR_STORAGE, status="pass"),
    Case(name="disabled-of-a-workspace", about=LEARNING_STORAGE, status="pass"),
    case("disabled-in-lower-case", "pass", put((ACCESS, "disabled"))),
    case(
        "enabled-and-the-firewall-allows",
        "fail",
        put(ENABLED, (f"{ACLS}.defaultAction", "Allow")),
        severity=Severity.HIGH,
        says="lets in every network",
        seen=((ACCESS, "Enabled"), (f"{ACLS}.defaultAction", "Allow")),
    ),
    case(
        "absent-and-the-firewall-absent",
        "fail",
        put((ACCESS, ...), (ACLS, ...)),
        severity=Severity.HIGH,
        says="not set, which means enabled",
        seen=((ACCESS, ABSENT), (f"{ACLS}.defaultAction", ABSENT)),
    ),
    case("null", "fail", put((ACCESS, None)), says="not set", seen=((ACCESS, None),)),
    case(
        "enabled-for-trusted-services-only",
        "fail",
        put(ENABLED),
        severity=Severity.MEDIUM,
        seen=((ACCESS, "Enabled"),),
    ),
    case(
        "enabled-for-an-address",
        "fail",
        put(ENABLED, (f"{ACLS}.ipRules", [{"value": "0.0.0.0/0", "action": "Allow"}])),
        severity=Severity.HIGH,
        says="1 rule let",
    ),
    case(
        "enabled-for-a-subnet",
        "fail",
        put(ENABLED, (f"{ACLS}.virtualNetworkRules", [{"id": "/subscriptions/x/subnets/y"}])),
        severity=Severity.HIGH,
    ),
    Case(
        name="enabled-for-a-resource-instance",
        about=HR_STORAGE,
        status="fail",
        change=put(ENABLED, about=HR_STORAGE),
        severity=Severity.HIGH,
    ),
    case(
        "enabled-and-the-firewall-malformed",
        "fail",
        put(ENABLED, (f"{ACLS}.ipRules", "none")),
        severity=Severity.MEDIUM,
    ),
    case("perimeter-enforced", "pass", secured("enforced"), seen=((MODE, "enforced"),)),
    case("perimeter-learning", "fail", secured("Learning"), severity=Severity.MEDIUM, says="Learning"),
    case("perimeter-audit", "fail", secured("Enforced", "Audit"), severity=Severity.MEDIUM, says="Audit"),
    case("perimeter-without-mode", "unknown", secured(None), reason=Reason.UNEXPECTED_VALUE),
    case("perimeter-not-associated", "pass", secured(), says="none is associated"),
    case("perimeter-of-a-new-mode", "unknown", secured("Dreaming"), reason=Reason.UNEXPECTED_VALUE),
    case("perimeter-refused", "unknown", secured_and_refused, reason=Reason.NO_PERMISSION),
    case("new-value", "unknown", put((ACCESS, "Sometimes")), reason=Reason.UNEXPECTED_VALUE),
    case("malformed", "unknown", put((ACCESS, ["Disabled"])), reason=Reason.MALFORMED),
    refused_accounts(),
    Case(
        name="unrelated-with-all-resources",
        about=UNRELATED,
        status="pass",
        change=unrelated,
        all_resources=True,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_storage_public_network_access(case: Case) -> None:
    case.check(storage_public_network_access)


def test_storage_public_network_access_unrelated_account_yields_nothing() -> None:
    world = mended()
    unrelated(world)
    assert UNRELATED not in {result.resource for result in world.judge(storage_public_network_access)}
