"""monitoring-private-telemetry."""

from __future__ import annotations

import pytest

from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.ai_services import WORKSPACE_LOGS
from auditor.sandbox.sample.company import ACTUARIAL, child, within
from auditor.sandbox.sample.learning_dependencies import COMPONENT
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor_rules.monitoring.monitoring_private_telemetry import monitoring_private_telemetry
from tests.rules.cases import Case, Change
from tests.rules.foundry.agents import then
from tests.rules.world import World

SCOPE = within(ACTUARIAL, "microsoft.insights/privateLinkScopes", "ampls-norrland-ai")
INGESTION = "properties.publicNetworkAccessForIngestion"
QUERY = "properties.publicNetworkAccessForQuery"
SUBSCRIPTION = ACTUARIAL.split("/resourceGroups")[0]


def access(rid: str, value: object) -> Change:
    return lambda world: world.put(rid, INGESTION, value).put(rid, QUERY, value)


def outside(world: World) -> None:
    """Neither the component nor the logs belong to a private link scope."""
    world.drop(child(SCOPE, "scopedResources", "component"), child(SCOPE, "scopedResources", "logs"))
    world.put(COMPONENT, "properties.PrivateLinkScopedResources", [])


def failing(name: str, change: Change, says: str) -> Case:
    severity = Severity.LOW
    return Case(name=name, about=COMPONENT, status="fail", change=change, severity=severity, says=says)


def refused(pattern: str) -> Change:
    return lambda world: world.refuse(pattern)


CASES = (
    Case(name="closed", about=COMPONENT, status="pass", to="actuarial-ml", says="is not open"),
    Case(name="closed-outside-a-scope", about=COMPONENT, status="pass", change=outside),
    Case(
        name="open-in-a-scope",
        about=COMPONENT,
        status="pass",
        change=then(access(COMPONENT, "Enabled"), access(WORKSPACE_LOGS, "Enabled")),
        says="the component belongs to a private link scope",
    ),
    Case(
        name="query-closed",
        about=COMPONENT,
        status="pass",
        change=then(outside, lambda world: world.put(COMPONENT, INGESTION, "Enabled")),
    ),
    Case(
        name="perimeter",
        about=COMPONENT,
        status="pass",
        change=then(outside, access(COMPONENT, "securedByPerimeter")),
    ),
    Case(
        name="private-only-is-noted",
        about=COMPONENT,
        status="pass",
        change=lambda world: world.put(SCOPE, "properties.accessModeSettings.queryAccessMode", "PrivateOnly"),
        says="Machine Learning needs Open",
    ),
    Case(
        name="no-log-workspace",
        about=COMPONENT,
        status="pass",
        change=lambda world: world.put(COMPONENT, "properties.WorkspaceResourceId", None),
        says="keeps its data itself",
    ),
    Case(
        name="scopes-refused-but-closed",
        about=COMPONENT,
        status="pass",
        change=refused("privateLinkScopes"),
    ),
    failing("open", then(outside, access(COMPONENT, "Enabled")), "the component takes and shows"),
    failing("null", then(outside, access(COMPONENT, None)), "the component takes and shows"),
    failing(
        "absent",
        then(outside, lambda world: world.cut(COMPONENT, INGESTION).cut(COMPONENT, QUERY)),
        "the component takes and shows",
    ),
    failing("open-logs", then(outside, access(WORKSPACE_LOGS, "Enabled")), "log-norrland-ai takes"),
    failing(
        "unseen-logs-do-not-hide-the-failure",
        then(outside, access(COMPONENT, "Enabled"), refused("OperationalInsights")),
        "not checked",
    ),
    Case(
        name="logs-refused",
        about=COMPONENT,
        status="unknown",
        change=refused("OperationalInsights"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="logs-gone",
        about=COMPONENT,
        status="unknown",
        change=lambda world: world.drop(WORKSPACE_LOGS),
        reason=Reason.HIDDEN,
    ),
    Case(
        name="open-and-scopes-refused",
        about=COMPONENT,
        status="unknown",
        change=then(outside, access(COMPONENT, "Enabled"), refused("privateLinkScopes")),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="not-known",
        about=COMPONENT,
        status="unknown",
        change=access(COMPONENT, "Sometimes"),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    Case(
        name="components-refused",
        about=SUBSCRIPTION,
        status="unknown",
        change=refused("Microsoft.Insights/components"),
        to="components",
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="component-gone",
        about=WORKSPACE,
        status="unknown",
        change=lambda world: world.drop(COMPONENT),
        reason=Reason.HIDDEN,
    ),
    Case(
        name="workspace-open",
        about=COMPONENT,
        status="not_applicable",
        change=lambda world: world.put(WORKSPACE, "properties.publicNetworkAccess", "Enabled"),
        reason=Reason.PUBLIC_ACCESS_OPEN,
    ),
    Case(
        name="egress-open",
        about=COMPONENT,
        status="not_applicable",
        change=lambda world: world.put(
            WORKSPACE, "properties.managedNetwork.isolationMode", "AllowInternetOutbound"
        ),
        reason=Reason.PUBLIC_ACCESS_OPEN,
    ),
    Case(
        name="none-linked",
        about=WORKSPACE,
        status="not_applicable",
        change=lambda world: world.cut(WORKSPACE, "properties.applicationInsights"),
        reason=Reason.NOT_USED,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_monitoring_private_telemetry(case: Case) -> None:
    case.check(monitoring_private_telemetry)
