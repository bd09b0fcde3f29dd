"""workspace-online-endpoint-ingress."""

from __future__ import annotations

import pytest

from auditor.model.finding import ABSENT, Severity
from auditor.model.reasons import Reason
from auditor_rules.workspace.workspace_online_endpoint_ingress import workspace_online_endpoint_ingress
from tests.rules.cases import Case, Change
from tests.rules.workspace.runners import (
    AKS,
    ENDPOINT,
    HUB,
    PROJECT,
    TYPE,
    WORKSPACE,
    added,
    both,
    hub_and_project,
    put,
    refuse,
    refused_workspaces,
)
from tests.rules.world import mended

ACCESS = "properties.publicNetworkAccess"
BATCH = f"{WORKSPACE}/batchEndpoints/more"
BELOW_PROJECT = f"{PROJECT}/onlineEndpoints/flow"


def endpoint(value: object) -> Change:
    return put(ENDPOINT, (ACCESS, value))


def fails(name: str, change: Change, severity: Severity, says: str, **seen: object) -> Case:
    about = seen.pop("about", ENDPOINT)
    assert isinstance(about, str)
    return Case(name=name, about=about, status="fail", change=change, severity=severity, says=says)


admits_addresses = put(WORKSPACE, (ACCESS, "Enabled"), ("properties.networkAcls", {"defaultAction": "Deny"}))
CASES = (
    Case(name="disabled", about=ENDPOINT, status="pass", seen=((ACCESS, "Disabled"),)),
    Case(name="lower-case", about=ENDPOINT, status="pass", change=endpoint("disabled")),
    fails("enabled", endpoint("Enabled"), Severity.HIGH, "although its workspace is private"),
    fails("absent", endpoint(...), Severity.HIGH, "not set, which means Enabled"),
    fails("null", endpoint(None), Severity.HIGH, "not set, which means Enabled"),
    fails(
        "workspace-public-too",
        both(endpoint("Enabled"), put(WORKSPACE, (ACCESS, "Enabled"))),
        Severity.HIGH,
        "from the internet",
    ),
    fails(
        "workspace-admits-addresses",
        both(endpoint("Enabled"), admits_addresses),
        Severity.MEDIUM,
        "addresses that the workspace's firewall admits",
    ),
    fails(
        "workspace-closed-whatever-its-firewall",
        both(endpoint("Enabled"), admits_addresses, put(WORKSPACE, (ACCESS, "Disabled"))),
        Severity.HIGH,
        "although its workspace is private",
    ),
    fails(
        "workspace-in-a-new-way",
        both(endpoint("Enabled"), put(WORKSPACE, (ACCESS, "Sometimes"))),
        Severity.HIGH,
        "from the internet",
    ),
    fails(
        "of-a-project-whose-hub-admits-addresses",
        both(
            hub_and_project,
            put(HUB, (ACCESS, "Enabled"), ("properties.networkAcls", {"defaultAction": "Deny"})),
            added(f"{TYPE}/onlineEndpoints", BELOW_PROJECT, properties={"publicNetworkAccess": "Enabled"}),
        ),
        Severity.MEDIUM,
        "firewall admits",
        about=BELOW_PROJECT,
    ),
    fails(
        "of-a-project-whose-hub-is-gone",
        both(
            hub_and_project,
            lambda world: world.drop(HUB),
            added(f"{TYPE}/onlineEndpoints", BELOW_PROJECT, properties={"publicNetworkAccess": "Enabled"}),
        ),
        Severity.HIGH,
        "from the internet",
        about=BELOW_PROJECT,
    ),
    Case(
        name="new-value",
        about=ENDPOINT,
        status="unknown",
        change=endpoint("Sometimes"),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    Case(
        name="endpoints-refused",
        about=WORKSPACE,
        status="unknown",
        change=refuse(f"{WORKSPACE}/onlineEndpoints"),
        reason=Reason.NO_PERMISSION,
    ),
    refused_workspaces(),
    Case(
        name="on-a-cluster",
        about=ENDPOINT,
        status="not_applicable",
        change=put(ENDPOINT, ("properties.compute", AKS), (ACCESS, "Enabled")),
        reason=Reason.SERVED_OTHERWISE,
    ),
    Case(
        name="batch",
        about=BATCH,
        status="not_applicable",
        change=added(f"{TYPE}/batchEndpoints", BATCH, properties={"authMode": "AADToken"}),
        reason=Reason.KIND,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_workspace_online_endpoint_ingress(case: Case) -> None:
    case.check(workspace_online_endpoint_ingress)


def test_workspace_online_endpoint_ingress_open_shows_the_absent_value_and_a_full_command() -> None:
    world = mended()
    endpoint(...)(world)
    (found,) = (r for r in world.judge(workspace_online_endpoint_ingress) if r.resource == ENDPOINT)
    assert found.verdict.evidence[0].value is ABSENT
    assert found.remedy is not None
    assert found.remedy.az is not None
    assert found.remedy.az.startswith(
        "az ml online-endpoint update --name reserve-forecast --workspace-name actuarial-ml"
        " --resource-group rg-actuarial-ml --subscription "
    )
