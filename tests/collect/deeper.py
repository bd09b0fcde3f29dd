"""Every scenario, with those of what lies beyond Reader: objects inside search services, settings of apps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from auditor.model.resources.search_objects import SEARCH_OBJECTS
from tests.collect.scenarios import AI_PROD, OUTSIDE, Scenario, fault, sample_file
from tests.collect.scenarios import SCENARIOS as ORDINARY

CLAIMS = "searchServices/srch-norrland-claims"


def _open_services() -> Mapping[str, Any]:
    """The sample's services as they would be were they open to every address."""
    rows = [row for row in sample_file()["resources"] if row["type"] == "Microsoft.Search/searchServices"]
    for row in rows:
        row["properties"] |= {"publicNetworkAccess": "enabled", "networkRuleSet": {"ipRules": []}}
    path = rf"^/subscriptions/{AI_PROD}/providers/Microsoft.Search/searchServices\?"
    return fault(path, 200, body={"value": rows})


def _next_page(link: str) -> Mapping[str, Any]:
    return fault(f"{CLAIMS}/indexes", 200, body={"value": [], "@odata.nextLink": link})


def _redirect(path: str) -> Mapping[str, Any]:
    return fault(path, 302, headers={"Location": f"{OUTSIDE}/indexes"}, body={"value": []})


_READS = tuple(of.read_action() for of in SEARCH_OBJECTS)
_DEEPER: Sequence[Scenario] = (
    Scenario(service="searchobjects", name="listed"),
    Scenario(service="searchobjects", name="denied", faults=(_open_services(),), denied=_READS),
    # A firewall that does not admit the caller's address answers as one who lacks the action is answered.
    Scenario(service="searchobjects", name="unreachable", faults=(fault(f"{CLAIMS}/", 403, body=""),)),
    Scenario(service="searchobjects", name="other-host", faults=(_next_page(f"{OUTSIDE}/indexes"),)),
    Scenario(service="searchobjects", name="redirected", faults=(_redirect(f"{CLAIMS}/indexes"),)),
    Scenario(service="appsettings", name="listed"),
    Scenario(service="appsettings", name="denied", denied=("Microsoft.Web/sites/config/list/action",)),
)
SCENARIOS: Mapping[str, Scenario] = {**ORDINARY, **{one.label: one for one in _DEEPER}}
