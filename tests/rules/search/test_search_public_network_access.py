"""search-public-network-access."""

from __future__ import annotations

import pytest

from auditor.model.finding import ABSENT, Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.company import AI_PROD
from auditor.sandbox.sample.on_your_data import CLAIMS_SEARCH, HR_SEARCH
from auditor_rules.search.search_public_network_access import search_public_network_access
from tests.rules.cases import Case, Change
from tests.rules.world import World, mended

PATH = "properties.publicNetworkAccess"
SUBSCRIPTION = CLAIMS_SEARCH.split("/resourceGroups")[0]
PERIMETER = (
    f"{SUBSCRIPTION}/resourceGroups/rg-perimeter/providers/Microsoft.Network/networkSecurityPerimeters/p1"
)
KIND = "networkSecurityPerimeterConfigurations"


def secured(access_mode: object = ABSENT, perimeter: str | None = PERIMETER) -> Change:
    """The service leaves its public access to a perimeter, in which it is associated in this mode."""

    def change(world: World) -> None:
        association: dict[str, object] = {"name": "assoc1"}
        if access_mode is not ABSENT:
            association["accessMode"] = access_mode
        name = "00000001-2222-3333-4444-111144444444.assoc1"
        properties = {
            "provisioningState": "Accepted",
            "networkSecurityPerimeter": {"id": perimeter, "location": "swedencentral"},
            "resourceAssociation": association,
        }
        world.put(CLAIMS_SEARCH, PATH, "securedByPerimeter").add(
            {
                "id": f"{CLAIMS_SEARCH}/{KIND}/{name}",
                "name": name,
                "type": f"Microsoft.Search/searchServices/{KIND}",
                "properties": properties,
            }
        )

    return change


def limited_to_addresses(world: World) -> None:
    world.put(CLAIMS_SEARCH, PATH, "enabled")
    world.put(CLAIMS_SEARCH, "properties.networkRuleSet.ipRules", [{"value": "203.0.113.0/24"}])


def perimeter_refused(world: World) -> None:
    secured("Enforced")(world)
    world.refuse(KIND)


CASES = (
    Case(name="disabled", about=CLAIMS_SEARCH, status="pass", seen=((PATH, "disabled"),)),
    Case(name="disabled-with-a-capital", about=HR_SEARCH, status="pass", seen=((PATH, "Disabled"),)),
    Case(
        name="enabled",
        about=CLAIMS_SEARCH,
        status="fail",
        severity=Severity.HIGH,
        change=lambda world: world.put(CLAIMS_SEARCH, PATH, "enabled"),
        seen=((PATH, "enabled"),),
    ),
    Case(
        name="absent",
        about=CLAIMS_SEARCH,
        status="fail",
        change=lambda world: world.cut(CLAIMS_SEARCH, PATH),
        says="not set",
        seen=((PATH, ABSENT),),
    ),
    Case(
        name="null",
        about=CLAIMS_SEARCH,
        status="fail",
        change=lambda world: world.put(CLAIMS_SEARCH, PATH, None),
        seen=((PATH, None),),
    ),
    Case(
        name="ip-rules-are-no-isolation",
        about=CLAIMS_SEARCH,
        status="fail",
        severity=Severity.HIGH,
        change=limited_to_addresses,
        says="no isolation",
    ),
    Case(
        name="perimeter-enforced",
        about=CLAIMS_SEARCH,
        status="pass",
        change=secured("Enforced"),
        says="perimeter p1",
    ),
    Case(
        name="perimeter-enforced-in-upper-case",
        about=CLAIMS_SEARCH,
        status="pass",
        change=secured("ENFORCED"),
    ),
    Case(
        name="perimeter-learning",
        about=CLAIMS_SEARCH,
        status="fail",
        severity=Severity.MEDIUM,
        change=secured("Learning"),
        says="Learning mode",
    ),
    Case(
        name="perimeter-audit",
        about=CLAIMS_SEARCH,
        status="fail",
        severity=Severity.MEDIUM,
        change=secured("Audit"),
    ),
    Case(
        name="perimeter-learning-unnamed",
        about=CLAIMS_SEARCH,
        status="fail",
        severity=Severity.MEDIUM,
        change=secured("Learning", perimeter=None),
    ),
    Case(
        name="perimeter-mode-absent",
        about=CLAIMS_SEARCH,
        status="unknown",
        change=secured(),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    Case(
        name="perimeter-mode-new",
        about=CLAIMS_SEARCH,
        status="unknown",
        change=secured("Watching"),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    Case(
        name="perimeter-not-associated",
        about=CLAIMS_SEARCH,
        status="pass",
        change=lambda world: world.put(CLAIMS_SEARCH, PATH, "SecuredByPerimeter"),
        says="none is associated",
    ),
    Case(
        name="perimeter-refused",
        about=CLAIMS_SEARCH,
        status="unknown",
        change=perimeter_refused,
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="new-value",
        about=CLAIMS_SEARCH,
        status="unknown",
        change=lambda world: world.put(CLAIMS_SEARCH, PATH, "Sometimes"),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    Case(
        name="malformed",
        about=CLAIMS_SEARCH,
        status="unknown",
        change=lambda world: world.put(CLAIMS_SEARCH, PATH, False),
        reason=Reason.MALFORMED,
    ),
    Case(
        name="refused",
        about=f"/subscriptions/{AI_PROD}",
        status="unknown",
        change=lambda world: world.refuse("Search/searchServices"),
        reason=Reason.NO_PERMISSION,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_search_public_network_access(case: Case) -> None:
    case.check(search_public_network_access)


def test_perimeter_remedy_that_learns_changes_the_association_of_the_perimeter() -> None:
    case = next(case for case in CASES if case.name == "perimeter-learning")
    remedy = case.check(search_public_network_access).remedy
    assert remedy is not None
    assert f"--ids {PERIMETER}/resourceAssociations/assoc1 " in (remedy.az or "")


def test_perimeter_of_a_service_not_secured_by_one_is_not_asked_for() -> None:
    world = mended().refuse(KIND)
    assert {result.status for result in world.judge(search_public_network_access)} == {"pass"}
