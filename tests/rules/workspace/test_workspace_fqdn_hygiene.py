"""workspace-fqdn-hygiene."""

from __future__ import annotations

import pytest

from auditor.model.declared import Declared, DeclaredWorkload
from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.company import ACTUARIAL
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor_rules.workspace.destinations import VS_CODE
from auditor_rules.workspace.workspace_fqdn_hygiene import workspace_fqdn_hygiene
from tests.rules.cases import Case, Change
from tests.rules.workspace.networks import (
    MODE,
    PROJECT,
    RULES,
    SUBSCRIPTION,
    both,
    cut,
    hub_and_project,
    put,
    refuse,
    rule,
)
from tests.rules.world import World, mended

SKU = "properties.managedNetwork.firewallSku"
(VS_CODE_STORAGE,) = (host for host in VS_CODE.hosts if ".blob." in host)


def declaring(*hosts: str) -> Declared:
    workload = DeclaredWorkload(
        name="flows", kind="prompt-flow", workspace=(WORKSPACE,), external_hosts=hosts
    )
    return Declared(workloads=(workload,))


def admitting(host: str, **properties: object) -> Change:
    return rule("more", destination=host, **properties)


def no_hosts(world: World) -> None:
    rules = [one for one in world.tenant["resources"] if one["id"].startswith(f"{RULES}/")]
    world.drop(*(one["id"] for one in rules if one["properties"]["type"] == "FQDN"))


CASES = (
    Case(name="exact", about=WORKSPACE, status="pass", says="Azure Firewall (Basic)"),
    Case(
        name="firewall-sku-absent",
        about=WORKSPACE,
        status="pass",
        change=cut(SKU),
        says="Azure Firewall (Standard)",
    ),
    Case(name="no-fqdn-rule", about=WORKSPACE, status="pass", change=no_hosts, says="there is no FQDN rule"),
    *(
        Case(
            name=f"documented-{number}",
            about=WORKSPACE,
            status="pass",
            change=admitting(host),
        )
        for number, host in enumerate(VS_CODE.hosts)
    ),
    *(
        Case(
            name=f"broad-{host}",
            about=WORKSPACE,
            status="fail",
            severity=Severity.MEDIUM,
            change=admitting(host),
            says=host,
        )
        for host in ("*", "*.com", "*.azurewebsites.net", "www.dropbox.com", "*.GitHub.io")
    ),
    *(
        Case(
            name=f"storage-{host}",
            about=WORKSPACE,
            status="fail",
            severity=Severity.MEDIUM,
            change=admitting(host),
            says="does not support",
        )
        for host in ("stsomebody.blob.core.windows.net", "st.DFS.core.usgovcloudapi.net")
    ),
    Case(
        name="storage-host-that-azure-documents",
        about=WORKSPACE,
        status="pass",
        change=admitting(VS_CODE_STORAGE),
    ),
    Case(
        name="broad-but-being-deleted",
        about=WORKSPACE,
        status="pass",
        change=admitting("*.com", status="Deleting"),
    ),
    Case(
        name="declared-and-admitted",
        about=WORKSPACE,
        status="pass",
        declared=declaring("api.scb.se"),
    ),
    Case(
        name="declared-and-admitted-by-a-wildcard",
        about=WORKSPACE,
        status="pass",
        change=admitting("*.serp.example"),
        declared=declaring("api.serp.example"),
    ),
    Case(
        name="declared-and-missing",
        about=WORKSPACE,
        status="fail",
        severity=Severity.LOW,
        declared=declaring("api.scb.se", "serp.example"),
        says="no active rule admits serp.example, which the workload flows declares",
    ),
    Case(
        name="declared-and-failed",
        about=WORKSPACE,
        status="fail",
        severity=Severity.LOW,
        change=admitting("serp.example", status="Failed"),
        declared=declaring("serp.example"),
    ),
    Case(
        name="broad-and-missing",
        about=WORKSPACE,
        status="fail",
        severity=Severity.MEDIUM,
        change=admitting("*.com"),
        declared=declaring("serp.example"),
        says="serp.example",
    ),
    Case(
        name="rules-refused",
        about=WORKSPACE,
        status="unknown",
        change=refuse("/outboundRules"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="status-odd",
        about=WORKSPACE,
        status="unknown",
        change=admitting("a.example.com", status="Dreaming"),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    Case(
        name="refused",
        about=SUBSCRIPTION,
        status="unknown",
        change=refuse("MachineLearningServices/workspaces\\?"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="internet",
        about=WORKSPACE,
        status="not_applicable",
        change=both(put(MODE, "AllowInternetOutbound"), admitting("*.com")),
        reason=Reason.SERVED_OTHERWISE,
    ),
    Case(
        name="no-managed-network",
        about=WORKSPACE,
        status="not_applicable",
        change=put(MODE, "Disabled"),
        reason=Reason.NOT_USED,
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
def test_workspace_fqdn_hygiene(case: Case) -> None:
    case.check(workspace_fqdn_hygiene)


def test_remedy_removes_the_broad_rule_and_no_other() -> None:
    world = mended()
    admitting("*.com")(world)
    (result,) = world.judge(workspace_fqdn_hygiene, within=ACTUARIAL)
    assert result.remedy is not None
    assert (result.remedy.az or "").count("outbound-rule remove") == 1
    assert (result.remedy.az or "").endswith("--rule more")
