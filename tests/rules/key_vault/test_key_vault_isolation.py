"""key-vault-isolation."""

from __future__ import annotations

import pytest

from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.company import ACTUARIAL, AI_PROD, principal_of
from auditor.sandbox.sample.learning_dependencies import VAULT
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor_rules.key_vault.key_vault_isolation import key_vault_isolation
from tests.rules.cases import Case, Change
from tests.rules.world import World, mended

ACCESS, ACLS = "properties.publicNetworkAccess", "properties.networkAcls"
ACTION, BYPASS, RULES = f"{ACLS}.defaultAction", f"{ACLS}.bypass", f"{ACLS}.ipRules"
CONNECTION = f"{VAULT}/privateEndpointConnections/pe-actuarial-vault"
PROJECT = f"{WORKSPACE}-project"


def put(path: str, value: object) -> Change:
    return lambda world: world.put(VAULT, path, value)


def enabled(path: str, value: object) -> Change:
    return lambda world: world.put(VAULT, ACCESS, "Enabled").put(VAULT, path, value)


def never_touched(world: World) -> None:
    """As most live vaults answer: neither property is there."""
    world.cut(VAULT, ACCESS).cut(VAULT, ACLS)


def lone(status: str) -> Change:
    """The only connection, in this state."""

    def change(world: World) -> None:
        for found in list(world.tenant["resources"]):
            below = found["id"].lower().startswith(f"{VAULT.lower()}/privateendpointconnections/")
            if below and found["id"] != CONNECTION:
                world.drop(found["id"])
        world.put(CONNECTION, "properties.privateLinkServiceConnectionState.status", status)

    return change


def project(world: World) -> None:
    """The workspace becomes a hub; its project names no vault of its own."""
    hub = world.body(WORKSPACE)
    hub["kind"] = "Hub"
    identity = {"type": "SystemAssigned", "principalId": principal_of(PROJECT)}
    names = {"id": PROJECT, "name": "actuarial-ml-project", "kind": "Project", "identity": identity}
    world.add({**hub, **names, "properties": {"hubResourceId": WORKSPACE}})


CASES = (
    Case(name="isolated", about=VAULT, status="pass", seen=((ACCESS, "Disabled"),)),
    Case(name="lower-case", about=VAULT, status="pass", change=put(ACCESS, "disabled")),
    Case(name="denying-firewall", about=VAULT, status="pass", change=put(ACCESS, "Enabled"), says="alone"),
    Case(
        name="denying-firewall-with-rules",
        about=VAULT,
        status="pass",
        change=enabled(RULES, [{"value": "203.0.113.7/32"}]),
        says="1 address ranges",
    ),
    Case(name="bypass-null", about=VAULT, status="pass", change=put(BYPASS, None)),
    Case(name="only-public-access-stated", about=VAULT, status="pass", change=lambda w: w.cut(VAULT, ACLS)),
    Case(
        name="open",
        about=VAULT,
        status="fail",
        severity=Severity.HIGH,
        change=enabled(ACTION, "allow"),
        says="lets in every network",
    ),
    Case(
        name="never-touched",
        about=VAULT,
        status="fail",
        severity=Severity.HIGH,
        change=never_touched,
        says="not set, which means enabled",
    ),
    Case(
        name="access-null",
        about=VAULT,
        status="fail",
        change=lambda w: w.put(VAULT, ACCESS, None).put(VAULT, ACTION, None),
    ),
    *(
        Case(
            name=f"firewall-names-everybody-{value}",
            about=VAULT,
            status="fail",
            severity=Severity.HIGH,
            change=enabled(RULES, [{"value": value}]),
            says="every address",
        )
        for value in ("0.0.0.0/0", "::/0")
    ),
    Case(
        name="bypass-none",
        about=VAULT,
        status="fail",
        severity=Severity.MEDIUM,
        change=put(BYPASS, "None"),
        seen=((BYPASS, "None"),),
    ),
    Case(
        name="no-approved-endpoint",
        about=VAULT,
        status="fail",
        severity=Severity.HIGH,
        change=lone("Rejected"),
        says="no private endpoint for vault is approved",
    ),
    Case(
        name="perimeter",
        about=VAULT,
        status="unknown",
        reason=Reason.BLIND_API,
        change=put(ACCESS, "SecuredByPerimeter"),
    ),
    Case(
        name="new-value",
        about=VAULT,
        status="unknown",
        reason=Reason.UNEXPECTED_VALUE,
        change=put(ACCESS, "Sometimes"),
    ),
    Case(
        name="only-the-managed-network",
        about=VAULT,
        status="unknown",
        reason=Reason.HIDDEN,
        change=lambda w: w.drop(CONNECTION),
    ),
    Case(
        name="vaults-refused",
        about=f"/subscriptions/{AI_PROD}",
        status="unknown",
        reason=Reason.NO_PERMISSION,
        change=lambda w: w.refuse("Microsoft.KeyVault/vaults"),
    ),
    Case(
        name="hidden",
        about=WORKSPACE,
        status="unknown",
        reason=Reason.HIDDEN,
        change=lambda w: w.put(WORKSPACE, "properties.keyVault", f"{VAULT}-gone"),
    ),
    Case(
        name="not-audited",
        about=WORKSPACE,
        status="unknown",
        reason=Reason.HIDDEN,
        change=lambda w: w.put(WORKSPACE, "properties.keyVault", VAULT.replace(AI_PROD, "elsewhere")),
    ),
    Case(
        name="names-none",
        about=WORKSPACE,
        status="not_applicable",
        reason=Reason.NOT_USED,
        change=lambda w: w.cut(WORKSPACE, "properties.keyVault"),
    ),
    Case(name="project-has-its-hub-s", about=VAULT, to="actuarial-ml-project", status="pass", change=project),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_key_vault_isolation(case: Case) -> None:
    case.check(key_vault_isolation)


def test_key_vault_isolation_vault_that_no_workspace_links_counts_with_all_resources_only() -> None:
    world = mended()
    spare = {**world.body(VAULT), "id": f"{VAULT}-spare", "name": "kv-actuarial-ml-spare"}
    world.add(spare)
    assert [result.resource for result in world.judge(key_vault_isolation, within=ACTUARIAL)] == [VAULT]
    wide = world.judge(key_vault_isolation, all_resources=True, within=ACTUARIAL)
    assert {result.resource for result in wide} == {VAULT, f"{VAULT}-spare"}
