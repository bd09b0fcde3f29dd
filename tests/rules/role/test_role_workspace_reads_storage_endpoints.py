"""role-workspace-reads-storage-endpoints."""

from __future__ import annotations

import pytest

from auditor.model.finding import ABSENT, Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.company import principal_of
from auditor.sandbox.sample.learning_dependencies import STORAGE
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor_rules.role.role_workspace_reads_storage_endpoints import role_workspace_reads_storage_endpoints
from tests.rules.cases import Case, Change
from tests.rules.private_endpoint.doors import STATUS, at, ours, request
from tests.rules.role.changes import (
    ASSIGNMENTS,
    CONDITION,
    CUSTOM,
    denied,
    given,
    group_of,
    regranted,
    revoked,
)
from tests.rules.world import World, mended

BLOB = ours("pe-actuarial-blob")
FILE = ours("pe-actuarial-file")
NAME = WORKSPACE.split("/")[-1]
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
ACCESS = "properties.publicNetworkAccess"
PROJECT = f"{WORKSPACE}-project"


def project(world: World) -> None:
    """The workspace becomes a hub with one project, whose own identity may read the blob endpoint only."""
    hub = world.body(WORKSPACE)
    hub["kind"] = "Hub"
    identity = {"type": "SystemAssigned", "principalId": principal_of(PROJECT)}
    world.add(
        {**hub, "id": PROJECT, "name": f"{NAME}-project", "kind": "Project"}
        | {"identity": identity, "properties": {"hubResourceId": WORKSPACE}}
    )
    world.grant(READER, principal_of(PROJECT), BLOB)


def only_on_network(world: World) -> None:
    """Reading endpoints by any role counts, Network Contributor's like."""
    world.define(CUSTOM, actions=["Microsoft.Network/*"])
    regranted(BLOB, WORKSPACE, CUSTOM, group_of(BLOB))(world)


def unlinked(world: World) -> None:
    for name in ("pe-actuarial-blob", "pe-actuarial-file"):
        world.put(at(STORAGE, name), STATUS, "Rejected")


def case(name: str, status: str, change: Change, **more: object) -> Case:
    fields = {"about": BLOB, "to": NAME, **more}
    return Case(name=name, status=status, change=change, **fields)  # type: ignore[arg-type]


def about_workspace(name: str, status: str, change: Change, **more: object) -> Case:
    return case(name, status, change, about=WORKSPACE, to=None, **more)


CASES = (
    case("granted", "pass", lambda _world: None),
    case("granted-for-file", "pass", lambda _world: None, about=FILE),
    case("granted-by-another-role-on-the-group", "pass", only_on_network, says="wider than the resource"),
    case("missing", "fail", revoked(BLOB, WORKSPACE), severity=Severity.MEDIUM, says="privateEndpoints/read"),
    case("one-endpoint-lacks-it", "pass", revoked(BLOB, WORKSPACE), about=FILE),
    case("other-permission", "fail", given(BLOB, WORKSPACE, actions=["Microsoft.Network/virtualNetworks/*"])),
    case("denied", "fail", denied(BLOB, WORKSPACE, actions=["*/read"]), says="deny assignment"),
    case(
        "conditional",
        "unknown",
        regranted(BLOB, WORKSPACE, READER, condition=CONDITION),
        reason=Reason.CONDITIONAL,
    ),
    case("refused", "unknown", lambda w: w.refuse(ASSIGNMENTS), reason=Reason.NO_PERMISSION),
    case("project-by-its-own-identity", "pass", project, to=f"{NAME}-project"),
    case("project-lacks-the-other", "fail", project, about=FILE, to=f"{NAME}-project"),
    case(
        "no-identity",
        "not_applicable",
        lambda w: w.cut(WORKSPACE, "identity"),
        reason=Reason.NO_IDENTITY,
    ),
    about_workspace("hub", "not_applicable", project, reason=Reason.KIND),
    about_workspace(
        "public-access-open",
        "not_applicable",
        lambda w: w.put(STORAGE, ACCESS, "enabled"),
        reason=Reason.PUBLIC_ACCESS_OPEN,
    ),
    about_workspace(
        "public-access-absent",
        "not_applicable",
        lambda w: w.cut(STORAGE, ACCESS),
        reason=Reason.PUBLIC_ACCESS_OPEN,
        seen=((ACCESS, ABSENT),),
    ),
    about_workspace(
        "public-access-unheard-of",
        "unknown",
        lambda w: w.put(STORAGE, ACCESS, "Sometimes"),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    about_workspace("no-approved-endpoint", "not_applicable", unlinked, reason=Reason.NOT_USED),
    about_workspace(
        "endpoint-not-listed", "unknown", lambda w: w.drop(BLOB), reason=Reason.HIDDEN, says="hidden"
    ),
    about_workspace(
        "endpoints-refused",
        "unknown",
        lambda w: w.refuse("Network/privateEndpoints"),
        reason=Reason.NO_PERMISSION,
    ),
    about_workspace(
        "connections-refused",
        "unknown",
        lambda w: w.refuse("stactuarialml/privateEndpointConnections"),
        reason=Reason.NO_PERMISSION,
    ),
    about_workspace(
        "storage-refused",
        "unknown",
        lambda w: w.refuse("Microsoft.Storage/storageAccounts"),
        reason=Reason.NO_PERMISSION,
    ),
    about_workspace(
        "names-no-storage",
        "not_applicable",
        lambda w: w.cut(WORKSPACE, "properties.storageAccount"),
        reason=Reason.NOT_USED,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_role_workspace_reads_storage_endpoints(case: Case) -> None:
    case.check(role_workspace_reads_storage_endpoints)


def test_storage_endpoints_of_managed_networks_and_other_groups_need_no_grant() -> None:
    world = mended()
    request(world, "pe-actuarial-file")["groupIds"] = ["queue"]
    results = world.judge(role_workspace_reads_storage_endpoints)
    assert [found.resource for found in results if WORKSPACE in found.related] == [BLOB]


def test_storage_endpoint_remedy_assigns_reader_on_the_endpoint() -> None:
    failed = next(found for found in CASES if found.name == "missing")
    remedy = failed.check(role_workspace_reads_storage_endpoints).remedy
    assert remedy is not None
    assert (remedy.az or "").endswith(f"--role {READER} --scope {BLOB}")
