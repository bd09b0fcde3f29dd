"""role-managed-network-approver."""

from __future__ import annotations

import pytest

from auditor.model.finding import ABSENT, Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.company import LEARNING_PLATFORM, child
from auditor.sandbox.sample.learning_dependencies import STORAGE, VAULT
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI, CLAIMS_SEARCH, CLAIMS_STORAGE, HR_OPENAI
from auditor.sandbox.sample.shared_services import REGISTRY
from auditor_rules.role.role_managed_network_approver import role_managed_network_approver
from tests.rules.cases import Case, Change
from tests.rules.role.changes import (
    ASSIGNMENTS,
    CONDITION,
    CONTRIBUTOR,
    denied,
    given,
    group_of,
    regranted,
    revoked,
)
from tests.rules.world import World, mended

APPROVER = "b556d68e-0be0-4f35-a333-ad7ee1ce17ea"
NAME = WORKSPACE.split("/")[-1]
MODE = "properties.managedNetwork.isolationMode"
SEARCH_RULE = child(WORKSPACE, "outboundRules", "claims-search")
OPENAI_RULE = child(WORKSPACE, "outboundRules", "claims-openai")
SEARCH = "Microsoft.Search/searchServices"
OTHER_VAULT = VAULT.replace("/rg-actuarial-ml/", "/rg-hr/")


def leads_to(target: str, group: str) -> Change:
    """The user-defined rule for search leads to this target instead."""

    def change(world: World) -> None:
        world.put(SEARCH_RULE, "properties.destination.serviceResourceId", target)
        world.put(SEARCH_RULE, "properties.destination.subresourceTarget", group)

    return change


def granted_there(target: str, group: str) -> Change:
    def change(world: World) -> None:
        leads_to(target, group)(world)
        world.grant(APPROVER, world.principal(WORKSPACE), target)

    return change


def only_own(world: World) -> None:
    world.drop(SEARCH_RULE, OPENAI_RULE)


def case(name: str, status: str, change: Change, **more: object) -> Case:
    fields = {"about": CLAIMS_SEARCH, "to": NAME, **more}
    return Case(name=name, status=status, change=change, **fields)  # type: ignore[arg-type]


def about_workspace(name: str, status: str, change: Change, **more: object) -> Case:
    return case(name, status, change, about=WORKSPACE, to=None, **more)


CASES = (
    case("granted", "pass", lambda _world: None, says="a stranger's too"),
    case("granted-for-an-account", "pass", lambda _world: None, about=CLAIMS_OPENAI),
    case(
        "contributor-serves",
        "pass",
        regranted(CLAIMS_SEARCH, WORKSPACE, CONTRIBUTOR, group_of(CLAIMS_SEARCH)),
        says="wider than the resource",
    ),
    case(
        "missing",
        "fail",
        revoked(CLAIMS_SEARCH, WORKSPACE),
        severity=Severity.MEDIUM,
        says="privateEndpointConnectionsApproval/action",
    ),
    case(
        "missing-though-the-rule-is-active",
        "fail",
        revoked(CLAIMS_SEARCH, WORKSPACE),
        says="claims-search is active now; the next endpoint will wait",
    ),
    case(
        "writing-alone-does-not-approve",
        "fail",
        given(CLAIMS_SEARCH, WORKSPACE, actions=[f"{SEARCH}/privateEndpointConnections/write"]),
        says="Approval/action",
    ),
    case(
        "writing-alone-is-all-of-an-ai-account",
        "pass",
        given(
            CLAIMS_OPENAI,
            WORKSPACE,
            actions=["Microsoft.CognitiveServices/accounts/privateEndpointConnections/write"],
        ),
        about=CLAIMS_OPENAI,
    ),
    case(
        "storage-with-the-action-in-capitals",
        "pass",
        granted_there(CLAIMS_STORAGE, "blob"),
        about=CLAIMS_STORAGE,
    ),
    case(
        "denied",
        "fail",
        denied(CLAIMS_SEARCH, WORKSPACE, actions=[f"{SEARCH}/privateEndpointConnections/*"]),
        says="deny assignment",
    ),
    case(
        "target-that-was-not-read",
        "pass",
        granted_there(OTHER_VAULT, "vault"),
        about=SEARCH_RULE,
    ),
    case(
        "target-that-was-not-read-and-missing",
        "fail",
        leads_to(OTHER_VAULT, "vault"),
        about=SEARCH_RULE,
        says="Microsoft.KeyVault/vaults/privateEndpointConnections/write",
    ),
    case(
        "conditional",
        "unknown",
        regranted(CLAIMS_SEARCH, WORKSPACE, APPROVER, condition=CONDITION),
        reason=Reason.CONDITIONAL,
    ),
    case("refused", "unknown", lambda w: w.refuse(ASSIGNMENTS), reason=Reason.NO_PERMISSION),
    case(
        "target-in-another-world",
        "unknown",
        leads_to(
            f"/subscriptions/{LEARNING_PLATFORM}/resourceGroups/g/providers/{SEARCH}/s", "searchService"
        ),
        about=SEARCH_RULE,
        reason=Reason.HIDDEN,
    ),
    case(
        "no-identity",
        "not_applicable",
        lambda w: w.cut(WORKSPACE, "identity"),
        reason=Reason.NO_IDENTITY,
    ),
    about_workspace(
        "no-managed-network",
        "not_applicable",
        lambda w: w.put(WORKSPACE, MODE, "disabled"),
        reason=Reason.NOT_USED,
    ),
    about_workspace(
        "managed-network-absent",
        "not_applicable",
        lambda w: w.cut(WORKSPACE, "properties.managedNetwork"),
        reason=Reason.NOT_USED,
        seen=((MODE, ABSENT),),
    ),
    about_workspace(
        "mode-unheard-of",
        "unknown",
        lambda w: w.put(WORKSPACE, MODE, "AllowSome"),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    about_workspace("only-its-own", "not_applicable", only_own, says="only the workspace's own resources"),
    about_workspace(
        "a-user-defined-rule-to-its-own-storage",
        "not_applicable",
        lambda w: (
            leads_to(STORAGE.upper().replace("/SUBSCRIPTIONS", "/subscriptions"), "table")(w),
            w.drop(OPENAI_RULE),
        ),
    ),
    about_workspace(
        "a-project-has-its-hubs-network",
        "not_applicable",
        lambda w: w.put(WORKSPACE, "properties.hubResourceId", f"{WORKSPACE}-hub"),
        reason=Reason.SERVED_OTHERWISE,
    ),
    about_workspace(
        "target-malformed", "unknown", leads_to("/a//b", "searchService"), reason=Reason.MALFORMED
    ),
    about_workspace(
        "rules-refused", "unknown", lambda w: w.refuse("/outboundRules"), reason=Reason.NO_PERMISSION
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_role_managed_network_approver(case: Case) -> None:
    case.check(role_managed_network_approver)


def test_managed_network_approver_judges_each_user_defined_target_once() -> None:
    world = mended()
    twin = {**world.body(SEARCH_RULE), "id": f"{SEARCH_RULE}-2", "name": "claims-search-2"}
    results = world.add(twin).judge(role_managed_network_approver)
    of_workspace = sorted(found.resource for found in results if WORKSPACE in found.related)
    assert of_workspace == sorted((CLAIMS_OPENAI, CLAIMS_SEARCH))
    assert {REGISTRY, HR_OPENAI}.isdisjoint(found.resource for found in results)


def test_managed_network_approver_remedy_assigns_on_the_target() -> None:
    missing = next(found for found in CASES if found.name == "target-that-was-not-read-and-missing")
    remedy = missing.check(role_managed_network_approver).remedy
    assert remedy is not None
    assert (remedy.az or "").endswith(f"--role {APPROVER} --scope {OTHER_VAULT}")
