"""foundry-managed-network."""

from __future__ import annotations

import pytest

from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.agents import ACCOUNT, PROJECT
from auditor.sandbox.sample.company import child
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI
from auditor_rules.foundry.foundry_managed_network import foundry_managed_network
from tests.rules.cases import Case, Change
from tests.rules.foundry.agents import INJECTIONS, NETWORK, SUBSCRIPTION, managed, network_body, then
from tests.rules.world import World


def failing(name: str, severity: Severity, says: str, **changes: object) -> Case:
    change = managed(**changes)
    return Case(name=name, about=ACCOUNT, status="fail", change=change, severity=severity, says=says)


def answering(status: int, code: str) -> Change:
    return then(managed(), lambda world: world.refuse("managedNetworks", status, code))


def nameless(world: World) -> None:
    connection = child(PROJECT, "connections", "servicing-files")
    world.cut(connection, "properties.metadata")


CASES = (
    Case(name="restrictive", about=ACCOUNT, status="pass", change=managed(), says="all 2 resources"),
    Case(
        name="modes-in-other-case",
        about=ACCOUNT,
        status="pass",
        change=managed(managedNetwork__isolationMode="allowonlyapprovedoutbound"),
    ),
    failing("internet", Severity.LOW, "any host", managedNetwork__isolationMode="AllowInternetOutbound"),
    failing("disabled", Severity.MEDIUM, "disabled", managedNetwork__isolationMode="Disabled"),
    failing("mode-null", Severity.MEDIUM, "not set", managedNetwork__isolationMode=None),
    failing("inactive", Severity.MEDIUM, "is Inactive", managedNetwork__status={"status": "Inactive"}),
    failing("status-absent", Severity.MEDIUM, "is Inactive", managedNetwork__status=None),
    failing("deferred", Severity.MEDIUM, "is Deferred", provisioningState="Deferred"),
    failing("failed", Severity.MEDIUM, "is Failed", provisioningState="Failed"),
    failing("no-rules", Severity.MEDIUM, "stnorrlandservicing", managedNetwork__outboundRules={}),
    failing(
        "rule-not-active",
        Severity.MEDIUM,
        "no active private endpoint rule",
        managedNetwork__outboundRules__files__status="Provisioning",
    ),
    Case(
        name="severest-leads",
        about=ACCOUNT,
        status="fail",
        change=managed(managedNetwork__isolationMode="AllowInternetOutbound", provisioningState="Failed"),
        severity=Severity.MEDIUM,
        says="any host",
    ),
    Case(
        name="unknown-mode",
        about=ACCOUNT,
        status="unknown",
        change=managed(managedNetwork__isolationMode="Strict"),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    Case(
        name="preview-not-found",
        about=ACCOUNT,
        status="unknown",
        change=answering(404, "NotFound"),
        reason=Reason.BLIND_API,
    ),
    Case(
        name="preview-not-registered",
        about=ACCOUNT,
        status="unknown",
        change=answering(400, "NoRegisteredProviderFound"),
        reason=Reason.BLIND_API,
    ),
    Case(
        name="refused",
        about=ACCOUNT,
        status="unknown",
        change=answering(403, "AuthorizationFailed"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="no-injection-and-no-network",
        about=ACCOUNT,
        status="unknown",
        change=lambda world: world.cut(ACCOUNT, INJECTIONS),
        reason=Reason.BLIND_API,
    ),
    Case(
        name="hosts-refused",
        about=ACCOUNT,
        status="unknown",
        change=then(managed(), lambda world: world.refuse("capabilityHosts")),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="connection-names-no-resource",
        about=ACCOUNT,
        status="unknown",
        change=then(managed(), nameless),
        reason=Reason.AMBIGUOUS,
    ),
    Case(
        name="accounts-refused",
        about=SUBSCRIPTION,
        status="unknown",
        change=lambda world: world.refuse("CognitiveServices/accounts"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(name="own-subnet", about=ACCOUNT, status="not_applicable", reason=Reason.SERVED_OTHERWISE),
    Case(name="kind", about=CLAIMS_OPENAI, status="not_applicable", reason=Reason.KIND),
    Case(
        name="no-projects",
        about=ACCOUNT,
        status="not_applicable",
        change=lambda world: world.put(ACCOUNT, "properties.allowProjectManagement", None),
        reason=Reason.NOT_USED,
    ),
    Case(
        name="being-deleted",
        about=ACCOUNT,
        status="not_applicable",
        change=lambda world: world.put(ACCOUNT, "properties.provisioningState", "Deleting"),
        reason=Reason.BEING_DELETED,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_foundry_managed_network(case: Case) -> None:
    case.check(foundry_managed_network)


def test_live_answer_without_id_and_name_is_read() -> None:
    def change(world: World) -> None:
        managed()(world)
        world.refuse("managedNetworks", 200, "OK")
        world.tenant["faults"][-1]["body"] = {"properties": network_body()}

    found = Case(name="", about=ACCOUNT, status="pass", change=change).check(foundry_managed_network)
    assert {seen.resource for seen in found.verdict.evidence} >= {NETWORK}
