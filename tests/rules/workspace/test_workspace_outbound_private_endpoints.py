"""workspace-outbound-private-endpoints."""

from __future__ import annotations

import pytest

from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.company import ACTUARIAL, AI_PROD, STRANGER, name_of
from auditor.sandbox.sample.learning_dependencies import STORAGE, VAULT
from auditor.sandbox.sample.learning_endpoints import BATCH
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor.sandbox.sample.managed_network import FAILED_RULE
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI, CLAIMS_SEARCH, HR_OPENAI
from auditor_rules.workspace.workspace_outbound_private_endpoints import (
    workspace_outbound_private_endpoints,
)
from tests.rules.cases import Case, Change
from tests.rules.workspace.networks import (
    HUB,
    MODE,
    PROJECT,
    RULES,
    STATUS,
    SUBSCRIPTION,
    body,
    both,
    hub_and_project,
    put,
    refuse,
    rule,
)
from tests.rules.world import World, company, mended

DATABASE = f"/subscriptions/{AI_PROD}/resourceGroups/g/providers/Microsoft.Sql/servers/history"
TO_SEARCH = f"{RULES}/claims-search"
RID = "properties.metadata.ResourceId"


def on_rule(name: str, path: str, value: object) -> Change:
    return lambda world: world.put(f"{RULES}/{name}", path, value)


def required(status: object) -> Change:
    """The state of the rule to the vault, which the service makes itself."""

    def change(world: World) -> None:
        for one in world.tenant["resources"]:
            if one["id"].startswith(f"{RULES}/__SYS_PE_kv-"):
                one["properties"]["status"] = status

    return change


def without(*names: str) -> Change:
    return lambda world: world.drop(*(f"{RULES}/{name}" for name in names))


def without_vault_rule(world: World) -> None:
    rules = [one["id"] for one in world.tenant["resources"]]
    world.drop(*(rid for rid in rules if rid.startswith(f"{RULES}/__SYS_PE_kv-")))


def connected(category: str, target: str = "", rid: str | None = None, below: str = WORKSPACE) -> Change:
    stated = {"category": category, "target": target, "authType": "AAD", "metadata": {"ResourceId": rid}}
    return lambda world: world.add(body(f"{below}/connections/more", **stated))


def by_host_only(world: World) -> None:
    for name in ("claims-openai", "claims-search"):
        world.put(f"{WORKSPACE}/connections/{name}", RID, None)


def public(rid: str) -> Change:
    return lambda world: world.put(rid, "properties.publicNetworkAccess", "Enabled")


CASES = (
    Case(name="all-active", about=WORKSPACE, status="pass", says="9 private endpoint rules"),
    Case(name="connections-known-by-host", about=WORKSPACE, status="pass", change=by_host_only),
    Case(
        name="ids-and-groups-in-another-case",
        about=WORKSPACE,
        status="pass",
        change=both(
            on_rule("claims-search", "properties.destination.subresourceTarget", "SEARCHSERVICE"),
            on_rule("claims-search", "properties.destination.serviceResourceId", CLAIMS_SEARCH.upper()),
        ),
    ),
    Case(
        name="other-categories-are-not-judged",
        about=WORKSPACE,
        status="pass",
        change=connected("CustomKeys", "https://api.example.com"),
    ),
    Case(
        name="missing",
        about=WORKSPACE,
        status="fail",
        severity=Severity.HIGH,
        change=without("claims-search"),
        says=name_of(CLAIMS_SEARCH),
    ),
    Case(
        name="missing-for-a-connection-known-by-host",
        about=WORKSPACE,
        status="fail",
        change=both(by_host_only, without("claims-openai")),
        says=name_of(CLAIMS_OPENAI),
    ),
    Case(
        name="missing-but-open-to-the-public",
        about=WORKSPACE,
        status="pass",
        change=both(without("claims-search"), public(CLAIMS_SEARCH)),
    ),
    Case(
        name="another-group",
        about=WORKSPACE,
        status="fail",
        change=on_rule("claims-openai", "properties.destination.subresourceTarget", "other"),
        says="no private endpoint rule leads to",
    ),
    *(
        Case(
            name=f"rule-{status}".lower(),
            about=WORKSPACE,
            status="fail",
            severity=Severity.HIGH,
            change=on_rule("claims-search", "properties.status", status),
        )
        for status in ("Inactive", "failed", "Deleting", None)
    ),
    *(
        Case(
            name=f"required-rule-{status}".lower(),
            about=WORKSPACE,
            status="fail",
            change=required(status),
            says="kv-actuarial-ml",
        )
        for status in ("Inactive", "Failed", "Deleting")
    ),
    Case(
        name="provisioning",
        about=WORKSPACE,
        status="unknown",
        change=on_rule("claims-search", "properties.status", "Provisioning"),
        reason=Reason.AMBIGUOUS,
    ),
    Case(
        name="queue-missing-for-batch",
        about=WORKSPACE,
        status="fail",
        change=without(FAILED_RULE),
        says="reserve-runs",
    ),
    Case(
        name="queue-and-table-without-batch",
        about=WORKSPACE,
        status="pass",
        change=both(without(FAILED_RULE, "reserve-runs-table"), lambda world: world.drop(BATCH)),
    ),
    Case(
        name="content-safety",
        about=WORKSPACE,
        status="fail",
        change=both(
            connected("CognitiveService", rid=HR_OPENAI),
            lambda world: world.put(HR_OPENAI, "properties.publicNetworkAccess", "Disabled"),
        ),
        says=name_of(HR_OPENAI),
    ),
    Case(
        name="vault-without-a-rule",
        about=WORKSPACE,
        status="fail",
        change=both(connected("AzureKeyVault", rid=VAULT), without_vault_rule),
        says=name_of(VAULT),
    ),
    Case(
        name="target-nowhere",
        about=WORKSPACE,
        status="unknown",
        change=connected("AzureOpenAI", "https://gateway.example.com/"),
        reason=Reason.HIDDEN,
    ),
    Case(
        name="target-of-the-region",
        about=WORKSPACE,
        status="unknown",
        change=connected("CognitiveService", "https://swedencentral.api.cognitive.microsoft.com/"),
        reason=Reason.HIDDEN,
    ),
    Case(
        name="target-malformed",
        about=WORKSPACE,
        status="unknown",
        change=connected("AzureOpenAI", rid="not an id"),
        reason=Reason.MALFORMED,
    ),
    Case(
        name="target-of-another-subscription",
        about=WORKSPACE,
        status="unknown",
        change=connected("CognitiveSearch", rid=CLAIMS_SEARCH.replace(AI_PROD, STRANGER)),
        reason=Reason.HIDDEN,
    ),
    Case(
        name="target-of-a-type-that-is-not-read",
        about=WORKSPACE,
        status="unknown",
        change=connected("AzureSqlDb", rid=DATABASE),
        reason=Reason.OUT_OF_SCOPE,
    ),
    Case(
        name="target-of-a-type-that-is-not-read-but-reached",
        about=WORKSPACE,
        status="pass",
        change=both(
            connected("AzureSqlDb", rid=DATABASE),
            rule(
                "history",
                type="PrivateEndpoint",
                destination={"serviceResourceId": DATABASE, "subresourceTarget": "sqlServer"},
            ),
        ),
    ),
    Case(
        name="proven-beside-what-is-refused",
        about=WORKSPACE,
        status="fail",
        change=both(required("Failed"), refuse("/connections")),
    ),
    Case(
        name="connections-refused",
        about=WORKSPACE,
        status="unknown",
        change=refuse("/connections"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="rules-refused",
        about=WORKSPACE,
        status="unknown",
        change=refuse("/outboundRules"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="rule-of-an-odd-type",
        about=WORKSPACE,
        status="unknown",
        change=rule("odd", type="Tunnel", destination={}),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    Case(
        name="not-built",
        about=WORKSPACE,
        status="unknown",
        change=put(STATUS, "Inactive"),
        reason=Reason.AMBIGUOUS,
    ),
    Case(
        name="refused",
        about=SUBSCRIPTION,
        status="unknown",
        change=refuse("MachineLearningServices/workspaces\\?"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="no-managed-network",
        about=WORKSPACE,
        status="not_applicable",
        change=put(MODE, "Disabled"),
        reason=Reason.NOT_USED,
    ),
    Case(
        name="connection-of-a-project",
        about=HUB,
        status="fail",
        change=both(hub_and_project, connected("CognitiveSearch", rid=CLAIMS_SEARCH, below=PROJECT)),
        says=name_of(CLAIMS_SEARCH),
    ),
    Case(
        name="project",
        about=PROJECT,
        status="not_applicable",
        change=hub_and_project,
        reason=Reason.SERVED_OTHERWISE,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_workspace_outbound_private_endpoints(case: Case) -> None:
    case.check(workspace_outbound_private_endpoints)


def test_sample_company_has_a_failed_rule_and_its_remedy_sets_that_rule() -> None:
    (result,) = (
        one for one in company().judge(workspace_outbound_private_endpoints) if one.resource == WORKSPACE
    )
    assert result.status == "fail"
    assert result.remedy is not None
    assert result.remedy.az is not None
    assert f"--rule {FAILED_RULE} --type private_endpoint --spark-enabled false" in result.remedy.az
    assert f"--service-resource-id {STORAGE} --subresource-target queue" in result.remedy.az


def test_remedy_has_a_command_for_each_failure_and_keeps_spark() -> None:
    world = mended()
    without("claims-search")(world)
    required("Failed")(world)
    world.put(f"{RULES}/claims-openai", "properties.status", "Failed")
    world.put(f"{RULES}/claims-openai", "properties.destination.sparkEnabled", True)
    (result,) = world.judge(workspace_outbound_private_endpoints, within=ACTUARIAL)
    assert result.remedy is not None
    commands = (result.remedy.az or "").split(" && ")
    assert len(commands) == 3
    assert sum("provision-network" in one for one in commands) == 1
    assert any("--rule claims-openai " in one and "--spark-enabled true" in one for one in commands)
    new = [one for one in commands if f"--service-resource-id {CLAIMS_SEARCH} " in one]
    assert len(new) == 1
    assert "--rule searchservice-" in new[0]
    assert new[0].endswith("--subresource-target searchService")
