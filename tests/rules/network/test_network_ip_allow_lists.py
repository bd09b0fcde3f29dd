"""network-ip-allow-lists."""

from __future__ import annotations

import pytest

from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.fraud_hub import PROJECT
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor.sandbox.sample.network import CLAIMS_APPS_SUBNET
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI, CLAIMS_SEARCH, CLAIMS_STORAGE
from auditor_rules.network.network_ip_allow_lists import network_ip_allow_lists
from tests.rules.cases import Case, Change

ACCESS = "properties.publicNetworkAccess"
LIST_OF = {
    CLAIMS_OPENAI: "properties.networkAcls.ipRules",
    CLAIMS_SEARCH: "properties.networkRuleSet.ipRules",
    CLAIMS_STORAGE: "properties.networkAcls.ipRules",
    WORKSPACE: "properties.networkAcls.ipRules",
}
SUBNETS = "properties.networkAcls.virtualNetworkRules"


def entries(rid: str, *addresses: str, access: str | None = "Enabled") -> Change:
    rows = [{"value": address} for address in addresses]
    return lambda world: world.put(rid, LIST_OF[rid], rows).put(rid, ACCESS, access)


CASES = (
    Case(
        name="project",
        about=PROJECT,
        status="not_applicable",
        change=lambda world: world.put(PROJECT, ACCESS, "Enabled"),
        reason=Reason.SERVED_OTHERWISE,
        says="its hub fraud-hub",
    ),
    *(Case(name=f"empty-{rid.split('/')[-1]}", about=rid, status="pass") for rid in LIST_OF),
    *(
        Case(
            name=f"open-{rid.split('/')[-1]}",
            about=rid,
            status="fail",
            change=entries(rid, "203.0.113.7"),
            severity=Severity.MEDIUM,
            says="203.0.113.7",
        )
        for rid in LIST_OF
    ),
    *(
        Case(
            name=f"dormant-{rid.split('/')[-1]}",
            about=rid,
            status="fail",
            change=entries(rid, "0.0.0.0/0", access="disabled"),
            severity=Severity.LOW,
            says="dormant",
        )
        for rid in LIST_OF
    ),
    *(
        Case(
            name=f"wide-{address}",
            about=CLAIMS_OPENAI,
            status="fail",
            change=entries(CLAIMS_OPENAI, "203.0.113.7", address),
            severity=severity,
        )
        for address, severity in (
            ("0.0.0.0/0", Severity.HIGH),
            ("0.0.0.0", Severity.HIGH),
            ("203.0.0.0/23", Severity.HIGH),
            ("203.0.113.0/24", Severity.MEDIUM),
            ("2001:db8::/48", Severity.HIGH),
            ("2001:db8::/64", Severity.MEDIUM),
        )
    ),
    Case(
        name="access-absent-means-on",
        about=CLAIMS_STORAGE,
        status="fail",
        change=entries(CLAIMS_STORAGE, "203.0.113.7", access=None),
        severity=Severity.MEDIUM,
    ),
    Case(
        name="subnet-rule",
        about=CLAIMS_STORAGE,
        status="fail",
        change=lambda world: world.put(CLAIMS_STORAGE, SUBNETS, [{"id": CLAIMS_APPS_SUBNET}]).put(
            CLAIMS_STORAGE, ACCESS, "Enabled"
        ),
        severity=Severity.MEDIUM,
        says="1 allow-list entry",
    ),
    Case(
        name="no-lists-at-all",
        about=CLAIMS_OPENAI,
        status="pass",
        change=lambda world: world.cut(CLAIMS_OPENAI, "properties.networkAcls"),
    ),
    Case(
        name="null-list",
        about=CLAIMS_SEARCH,
        status="pass",
        change=lambda world: world.put(CLAIMS_SEARCH, LIST_OF[CLAIMS_SEARCH], None),
    ),
    Case(
        name="no-address",
        about=CLAIMS_OPENAI,
        status="unknown",
        change=entries(CLAIMS_OPENAI, "office"),
        reason=Reason.MALFORMED,
    ),
    Case(
        name="no-list",
        about=CLAIMS_OPENAI,
        status="unknown",
        change=lambda world: world.put(CLAIMS_OPENAI, LIST_OF[CLAIMS_OPENAI], "any"),
        reason=Reason.MALFORMED,
    ),
    Case(
        name="secured-by-perimeter-that-cannot-be-read-counts-as-open",
        about=CLAIMS_STORAGE,
        status="fail",
        change=lambda world: (
            entries(CLAIMS_STORAGE, "203.0.113.7", access="SecuredByPerimeter")(world)
            and world.refuse("networkSecurityPerimeterConfigurations")
        ),
        severity=Severity.MEDIUM,
    ),
    Case(
        name="secured-by-no-perimeter-yet",
        about=CLAIMS_STORAGE,
        status="fail",
        change=entries(CLAIMS_STORAGE, "203.0.113.7", access="SecuredByPerimeter"),
        severity=Severity.LOW,
    ),
    Case(
        name="workspace-open-and-list-not-shown",
        about=WORKSPACE,
        status="unknown",
        change=lambda world: world.put(WORKSPACE, ACCESS, "Enabled"),
        reason=Reason.BLIND_API,
    ),
    Case(
        name="workspace-open-and-list-shown-empty",
        about=WORKSPACE,
        status="pass",
        change=lambda world: world.put(WORKSPACE, ACCESS, "Enabled").put(WORKSPACE, LIST_OF[WORKSPACE], []),
    ),
    Case(
        name="refused",
        about="/".join(CLAIMS_SEARCH.split("/")[:3]),
        to="searchServices",
        status="unknown",
        change=lambda world: world.refuse("Microsoft.Search/searchServices"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="being-deleted",
        about=CLAIMS_OPENAI,
        status="not_applicable",
        change=lambda world: world.put(CLAIMS_OPENAI, "properties.provisioningState", "Deleting"),
        reason=Reason.BEING_DELETED,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_network_ip_allow_lists(case: Case) -> None:
    case.check(network_ip_allow_lists)
