"""storage-firewall-default-action."""

from __future__ import annotations

import pytest

from auditor.model.finding import ABSENT, Severity
from auditor.model.reasons import Reason
from auditor_rules.storage.storage_firewall_default_action import storage_firewall_default_action
from tests.rules.cases import Case
from tests.rules.storage.accounts import CLAIMS_STORAGE, put, refused_accounts
from tests.rules.world import World

ACCESS = "properties.publicNetworkAccess"
ACTION = "properties.networkAcls.defaultAction"


def enforced(world: World) -> None:
    put((ACTION, "Allow"), (ACCESS, "SecuredByPerimeter"))(world)
    name = "00000000-0000-4000-8000-000000000001.claims"
    world.add(
        {
            "id": f"{CLAIMS_STORAGE}/networkSecurityPerimeterConfigurations/{name}",
            "name": name,
            "type": "Microsoft.Storage/storageAccounts/networkSecurityPerimeterConfigurations",
            "properties": {"resourceAssociation": {"name": "claims", "accessMode": "Enforced"}},
        }
    )


def perimeter_refused(world: World) -> None:
    put((ACTION, "Allow"), (ACCESS, "SecuredByPerimeter"))(world)
    world.refuse("networkSecurityPerimeterConfigurations")


def failing(name: str, severity: Severity, *stated: tuple[str, object], says: str | None = None) -> Case:
    return Case(
        name=name, about=CLAIMS_STORAGE, status="fail", change=put(*stated), severity=severity, says=says
    )


CASES = (
    Case(name="deny", about=CLAIMS_STORAGE, status="pass", seen=((ACTION, "Deny"),)),
    Case(name="deny-in-upper-case", about=CLAIMS_STORAGE, status="pass", change=put((ACTION, "DENY"))),
    failing("allow-and-public", Severity.HIGH, (ACTION, "Allow"), (ACCESS, "Enabled")),
    failing("allow-and-public-access-absent", Severity.HIGH, (ACTION, "Allow"), (ACCESS, ...)),
    failing("allow-and-public-access-null", Severity.HIGH, (ACTION, "Allow"), (ACCESS, None)),
    failing("allow-and-public-access-malformed", Severity.HIGH, (ACTION, "Allow"), (ACCESS, 1)),
    failing("allow-and-not-public", Severity.LOW, (ACTION, "allow"), says="dormant"),
    failing("null", Severity.LOW, (ACTION, None), says="means Allow"),
    Case(
        name="no-firewall-at-all",
        about=CLAIMS_STORAGE,
        status="fail",
        change=put(("properties.networkAcls", ...), (ACCESS, ...)),
        severity=Severity.HIGH,
        seen=((ACTION, ABSENT), (ACCESS, ABSENT)),
    ),
    Case(
        name="allow-behind-an-enforced-perimeter",
        about=CLAIMS_STORAGE,
        status="fail",
        change=enforced,
        severity=Severity.LOW,
    ),
    Case(
        name="allow-behind-an-unread-perimeter",
        about=CLAIMS_STORAGE,
        status="fail",
        change=perimeter_refused,
        severity=Severity.HIGH,
    ),
    Case(
        name="new-value",
        about=CLAIMS_STORAGE,
        status="unknown",
        change=put((ACTION, "Ask")),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    Case(
        name="malformed",
        about=CLAIMS_STORAGE,
        status="unknown",
        change=put(("properties.networkAcls", ["Deny"])),
        reason=Reason.MALFORMED,
    ),
    refused_accounts(),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_storage_firewall_default_action(case: Case) -> None:
    case.check(storage_firewall_default_action)
