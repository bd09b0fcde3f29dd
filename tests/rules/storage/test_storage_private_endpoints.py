"""storage-private-endpoints."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.model.finding import Confidence, Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.company import AI_NETWORK, STRANGER, within
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor_rules.storage.storage_private_endpoints import storage_private_endpoints
from tests.rules.cases import Case, Change, nothing
from tests.rules.storage.accounts import (
    CLAIMS_STORAGE,
    HR_STORAGE,
    LEARNING_STORAGE,
    SUBSCRIPTION,
    UNRELATED,
    put,
    refused_accounts,
    unrelated,
)
from tests.rules.world import World, mended

STATE = "properties.privateLinkServiceConnectionState.status"


def endpoint(name: str) -> str:
    return within(AI_NETWORK, "Microsoft.Network/privateEndpoints", name)


def connections(world: World, account: str) -> dict[str, dict[str, Any]]:
    """The connections of an account by the id of the endpoint they name."""
    return {
        found["properties"]["privateEndpoint"]["id"]: found
        for found in world.tenant["resources"]
        if found["id"].lower().startswith(f"{account}/privateEndpointConnections/".lower())
    }


def only_ours(world: World, account: str) -> None:
    """No shared private link and no managed network reach the account."""
    for named, found in connections(world, account).items():
        if SUBSCRIPTION not in named:
            world.drop(found["id"])


def in_state(status: object, account: str = CLAIMS_STORAGE, name: str = "pe-claims-blob") -> Change:
    """The connection of our endpoint stands in this state; the platform's connections are gone."""

    def change(world: World) -> None:
        only_ours(world, account)
        world.put(connections(world, account)[endpoint(name)]["id"], STATE, status)

    return change


def dropped(*names: str, account: str = CLAIMS_STORAGE, alone: bool = True) -> Change:
    """Our endpoints of these names are gone, with their connections."""

    def change(world: World) -> None:
        if alone:
            only_ours(world, account)
        for name in names:
            world.drop(connections(world, account)[endpoint(name)]["id"], endpoint(name))

    return change


def of_group(*groups: str, manual: bool = False) -> Change:
    """The endpoint asks for these groups, in its automatic or its manual requests."""

    def change(world: World) -> None:
        only_ours(world, CLAIMS_STORAGE)
        properties = world.body(endpoint("pe-claims-blob"))["properties"]
        requests = properties["privateLinkServiceConnections"]
        requests[0]["properties"]["groupIds"] = list(groups)
        if manual:
            properties["manualPrivateLinkServiceConnections"] = requests
            properties["privateLinkServiceConnections"] = []

    return change


def at_another_target(world: World) -> None:
    only_ours(world, CLAIMS_STORAGE)
    requests = world.body(endpoint("pe-claims-blob"))["properties"]["privateLinkServiceConnections"]
    requests[0]["properties"]["privateLinkServiceId"] = f"{CLAIMS_STORAGE}2"


def named_in_upper_case(world: World) -> None:
    only_ours(world, CLAIMS_STORAGE)
    found = connections(world, CLAIMS_STORAGE)[endpoint("pe-claims-blob")]
    world.put(found["id"], "properties.privateEndpoint.id", endpoint("PE-CLAIMS-BLOB").upper())


def named_by_a_stranger(world: World) -> None:
    dropped("pe-claims-blob", alone=False)(world)
    (found,) = connections(world, CLAIMS_STORAGE).values()
    named = f"/subscriptions/{STRANGER}/resourceGroups/x/providers/Microsoft.Network/privateEndpoints/pe"
    world.put(found["id"], "properties.privateEndpoint.id", named)


def with_hns(world: World) -> None:
    only_ours(world, CLAIMS_STORAGE)
    world.put(CLAIMS_STORAGE, "properties.isHnsEnabled", True)


def only_suggested(world: World) -> None:
    """Nothing but one resource group says that account and service belong together."""
    body = world.body(CLAIMS_STORAGE)
    name = "stnorrlandnear"
    group = f"{SUBSCRIPTION}/resourceGroups/rg-near"
    near = within(group, "Microsoft.Storage/storageAccounts", name)
    account = within(group, "Microsoft.CognitiveServices/accounts", "oai-norrland-near")
    openai = next(
        found
        for found in world.tenant["resources"]
        if found["type"].lower() == "microsoft.cognitiveservices/accounts"
    )
    world.add({**body, "id": near, "name": name})
    world.add({**openai, "id": account, "name": "oai-norrland-near", "identity": {"type": "None"}})


def refusing(pattern: str, before: Change | None = None) -> Change:
    def change(world: World) -> None:
        if before is not None:
            before(world)
        world.refuse(pattern)

    return change


def passing(
    name: str, about: str = CLAIMS_STORAGE, change: Change = nothing, says: str | None = None
) -> Case:
    return Case(name=name, about=about, status="pass", change=change, says=says)


def failing(name: str, change: Change, says: str, about: str = CLAIMS_STORAGE) -> Case:
    return Case(name=name, about=about, status="fail", change=change, says=says, severity=Severity.HIGH)


def unknown(name: str, change: Change, reason: Reason, about: str = CLAIMS_STORAGE) -> Case:
    return Case(name=name, about=about, status="unknown", change=change, reason=reason)


CASES = (
    Case(
        name="blob-approved",
        about=CLAIMS_STORAGE,
        status="pass",
        says="1 more approved connection from subscriptions that are not visible",
        seen=((STATE, "Approved"),),
    ),
    Case(name="blob-approved-for-hr", about=HR_STORAGE, status="pass", says="pe-hr-blob"),
    Case(name="blob-and-file-approved", about=LEARNING_STORAGE, status="pass", says="pe-actuarial-file"),
    passing("group-in-upper-case", change=of_group("BLOB")),
    passing("manual-request", change=of_group("blob", manual=True)),
    passing("endpoint-named-in-upper-case", change=named_in_upper_case),
    passing("status-in-lower-case", change=in_state("approved")),
    passing("hns-null", change=put(("properties.isHnsEnabled", None))),
    passing("hns-absent", change=put(("properties.isHnsEnabled", ...))),
    failing("none", dropped("pe-claims-blob"), "there is no connection at all"),
    failing("pending", in_state("Pending"), "pe-claims-blob is Pending"),
    failing("rejected", in_state("Rejected"), "pe-claims-blob is Rejected"),
    failing("disconnected", in_state("Disconnected"), "pe-claims-blob is Disconnected"),
    failing("other-group", of_group("file"), "approved for file, not for blob"),
    failing("look-alike-group", of_group("blob_secondary"), "not for blob"),
    failing("look-alike-target", at_another_target, "no group of this resource"),
    failing("dfs-with-hns", with_hns, "no private endpoint for dfs"),
    failing(
        "file-of-a-workspace",
        dropped("pe-actuarial-file", account=LEARNING_STORAGE),
        "no private endpoint for file",
        about=LEARNING_STORAGE,
    ),
    failing(
        "blob-of-a-workspace",
        in_state("Pending", LEARNING_STORAGE, "pe-actuarial-blob"),
        "pe-actuarial-blob is Pending",
        about=LEARNING_STORAGE,
    ),
    unknown("only-a-shared-private-link", dropped("pe-claims-blob", alone=False), Reason.HIDDEN),
    unknown("only-a-stranger", named_by_a_stranger, Reason.HIDDEN),
    unknown(
        "only-the-managed-network-for-file",
        dropped("pe-actuarial-file", account=LEARNING_STORAGE, alone=False),
        Reason.HIDDEN,
        about=LEARNING_STORAGE,
    ),
    unknown("new-status", in_state("Dreaming"), Reason.UNEXPECTED_VALUE),
    unknown("endpoints-refused", refusing("Microsoft.Network/privateEndpoints"), Reason.NO_PERMISSION),
    unknown(
        "connections-refused",
        refusing("stnorrlandclaims/privateEndpointConnections"),
        Reason.NO_PERMISSION,
    ),
    unknown(
        "a-workspace-might-be-missed",
        refusing("Microsoft.MachineLearningServices/workspaces"),
        Reason.NO_PERMISSION,
    ),
    failing(
        "blob-missing-while-a-workspace-might-be-missed",
        refusing("Microsoft.MachineLearningServices/workspaces", in_state("Pending")),
        "pe-claims-blob is Pending",
    ),
    unknown("hns-malformed", put(("properties.isHnsEnabled", "yes")), Reason.MALFORMED),
    unknown(
        "storage-of-the-workspace-malformed",
        put(("properties.storageAccount", 7), about=WORKSPACE),
        Reason.MALFORMED,
        about=LEARNING_STORAGE,
    ),
    refused_accounts(),
    Case(
        name="unrelated",
        about=UNRELATED,
        status="not_applicable",
        change=unrelated,
        reason=Reason.NOT_RELATED,
        all_resources=True,
    ),
    Case(
        name="only-suggested",
        about=f"{SUBSCRIPTION}/resourceGroups/rg-near/providers/Microsoft.Storage/storageAccounts/stnorrlandnear",
        status="unknown",
        change=only_suggested,
        reason=Reason.RELATION_SUGGESTED,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_storage_private_endpoints(case: Case) -> None:
    case.check(storage_private_endpoints)


def test_storage_private_endpoints_pending_request_of_ours_remedy_approves_it() -> None:
    world = mended()
    in_state("Pending")(world)
    found = connections(world, CLAIMS_STORAGE)[endpoint("pe-claims-blob")]["id"]
    (result,) = (r for r in world.judge(storage_private_endpoints) if r.resource == CLAIMS_STORAGE)
    assert result.confidence is Confidence.HIGH
    assert result.remedy is not None
    assert result.remedy.az == f"az network private-endpoint-connection approve --id {found}"


def test_storage_private_endpoints_two_groups_missing_remedy_creates_both() -> None:
    world = mended()
    dropped("pe-actuarial-blob", "pe-actuarial-file", account=LEARNING_STORAGE)(world)
    (result,) = (r for r in world.judge(storage_private_endpoints) if r.resource == LEARNING_STORAGE)
    assert result.remedy is not None
    assert result.remedy.az is not None
    assert [command.split("--group-id ")[1].split()[0] for command in result.remedy.az.split(" && ")] == [
        "blob",
        "file",
    ]
