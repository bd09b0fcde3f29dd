"""What workspaces and apps lean on, and which identities their sessions run as."""

from __future__ import annotations

import pytest

from auditor.model.declared import Declared
from auditor.model.finding import NotRead, Undecided
from auditor.model.ids import ArmId
from auditor.model.resources.access import PrincipalAssignment
from auditor.model.resources.compute import Compute, OnlineDeployment, OnlineEndpoint
from auditor.model.resources.container_registry import Registry, RegistryConnection
from auditor.model.resources.key_vault import Vault, VaultConnection
from auditor.model.resources.user_assigned_identity import ManagedIdentity
from auditor.model.resources.workspace import Workspace
from auditor.model.wire import Resource
from auditor.relate.dependencies import in_use, link_of, linked, registry_users
from auditor.relate.images import custom_environments
from auditor.relate.permissions import READS as PERMISSION_READS
from auditor.relate.permissions import principal_scope
from auditor.relate.session_identities import identities_of, instances_of, principal_of, session_principals
from auditor.relate.workloads import READS, discover
from auditor.sandbox.sample import fraud_hub
from auditor.sandbox.sample.company import AI_PROD, HUB, child
from auditor.sandbox.sample.company import principal_of as object_id_of
from auditor.sandbox.sample.learning_dependencies import SESSION_IDENTITY, VAULT
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor.sandbox.sample.private_app import CONTAINER_APP
from auditor.sandbox.sample.shared_services import REGISTRY
from tests.rules.world import World, mended

PROJECT = f"{WORKSPACE}-project"
ATTACHED = "identity.userAssignedIdentities"
INSTANCE = child(WORKSPACE, "computes", "ci-ingrid")
SESSION_READS: tuple[type[Resource], ...] = (Workspace, Compute, ManagedIdentity)
ELSEWHERE = VAULT.replace(AI_PROD, HUB)


def with_project(world: World) -> World:
    """A project of the workspace that names nothing of its own."""
    hub = world.body(WORKSPACE)
    names = {"id": PROJECT, "name": "actuarial-ml-project", "kind": "Project"}
    world.put(WORKSPACE, "kind", "Hub")
    return world.add({**hub, **names, "identity": None, "properties": {"hubResourceId": WORKSPACE.lower()}})


def workspace(world: World, rid: str = WORKSPACE) -> Workspace:
    found = world.estate((Workspace,)).find(Workspace, ArmId.parse(rid))
    assert found is not None
    return found


def test_link_of_project_that_names_none_is_its_hub_s() -> None:
    world = with_project(mended())
    project = workspace(world, PROJECT)
    assert link_of(world.estate((Workspace,)), project, "key_vault").value == ArmId.parse(VAULT)


def test_link_of_project_whose_hub_is_gone_is_undecided() -> None:
    world = with_project(mended()).put(PROJECT, "properties.hubResourceId", f"{WORKSPACE}-gone")
    project = workspace(world, PROJECT)
    with pytest.raises(Undecided):
        link_of(world.estate((Workspace,)), project, "key_vault")


def test_linked_names_every_workspace_once() -> None:
    found = linked(with_project(mended()).estate((Workspace,)), "key_vault")
    assert {rid.key: [row.name for row in rows] for rid, rows in found.items()} == {
        VAULT.lower(): ["actuarial-ml", "actuarial-ml-project"],
        fraud_hub.VAULT.lower(): ["fraud-hub", "fraud-triage"],
    }


@pytest.mark.parametrize("value", [7, "no id", None])
def test_linked_is_silent_about_what_is_no_id(value: object) -> None:
    world = mended().put(WORKSPACE, "properties.keyVault", value)
    assert {rid.text for rid in linked(world.estate((Workspace,)), "key_vault")} == {fraud_hub.VAULT}


def test_registry_users_are_the_workspace_and_the_app_that_names_its_host() -> None:
    server = "properties.configuration.registries[0].server"
    world = mended().put(CONTAINER_APP, server, "CRNorrlandAI.azurecr.io")
    estate = world.estate((*READS, Registry))
    found = registry_users(estate, discover(estate, Declared()))
    users = (WORKSPACE, fraud_hub.FRAUD_HUB, fraud_hub.PROJECT, CONTAINER_APP)
    assert {row.id.key for row in found[ArmId.parse(REGISTRY)]} == {rid.lower() for rid in users}
    used = (REGISTRY, VAULT, fraud_hub.VAULT)
    assert in_use(estate, discover(estate, Declared())) == {ArmId.parse(rid) for rid in used}


@pytest.mark.parametrize(("all_resources", "asked"), [(False, {VAULT}), (True, {VAULT, f"{VAULT}-spare"})])
def test_collection_asks_connections_of_used_vaults_only(all_resources: bool, asked: set[str]) -> None:
    world = mended()
    world.add({**world.body(VAULT), "id": f"{VAULT}-spare", "name": "kv-actuarial-ml-spare"})
    estate = world.estate((VaultConnection,), wide=all_resources)
    assert {scope.text for scope in estate.lists(VaultConnection)} == asked | {fraud_hub.VAULT}
    assert len(estate.listed(Vault)) == 3


@pytest.mark.parametrize(
    ("all_resources", "asked"), [(False, {REGISTRY}), (True, {REGISTRY, f"{REGISTRY}2"})]
)
def test_collection_asks_connections_of_used_registries_only(all_resources: bool, asked: set[str]) -> None:
    world = mended()
    spare = {**world.body(REGISTRY), "id": f"{REGISTRY}2", "name": "crnorrlandai2"}
    world.add({**spare, "properties": {"loginServer": "crnorrlandai2.azurecr.io"}})
    estate = world.estate((RegistryConnection,), wide=all_resources)
    assert {scope.text for scope in estate.lists(RegistryConnection)} == asked


def test_instances_of_leaves_clusters_out() -> None:
    world = mended()
    names = {row.name for row in instances_of(world.estate((Compute,)), workspace(world))}
    assert "ci-ingrid" in names
    assert "cpu-build" not in names


def test_instances_of_refused_list_is_not_read() -> None:
    world = mended().refuse("/computes")
    with pytest.raises(NotRead):
        instances_of(world.estate((Compute,)), workspace(world))


def test_identities_of_keys_that_are_no_id_are_undecided() -> None:
    found = workspace(mended().put(WORKSPACE, ATTACHED, {"x": {}}))
    with pytest.raises(Undecided):
        identities_of(found)


@pytest.mark.parametrize("stated", [True, False])
def test_principal_of_is_the_one_stated_or_the_identity_s_own(stated: bool) -> None:
    told = {"principalId": "p-told"} if stated else {}
    world = mended().put(WORKSPACE, ATTACHED, {SESSION_IDENTITY.lower(): told})
    (identity,) = identities_of(workspace(world))
    expected = "p-told" if stated else object_id_of(SESSION_IDENTITY)
    assert principal_of(world.estate(SESSION_READS), identity) == expected


def test_session_principals_of_instances_count_and_unread_ones_are_silent() -> None:
    attached = {"type": "UserAssigned", "userAssignedIdentities": {SESSION_IDENTITY: {"principalId": "p-ci"}}}
    world = mended().put(INSTANCE, "identity", attached)
    found = {principal for _, _, principal in session_principals(world.estate(SESSION_READS))}
    assert found == {object_id_of(SESSION_IDENTITY), "p-ci"}
    world.put(WORKSPACE, ATTACHED, {"/subscriptions/s/gone": None})
    world.put(INSTANCE, ATTACHED, {"/subscriptions/s/a": {}, SESSION_IDENTITY: {"principalId": "p-ci"}})
    assert [principal for _, _, principal in session_principals(world.estate(SESSION_READS))] == ["p-ci"]


def test_collection_asks_what_reaches_a_session_identity_where_its_vault_is() -> None:
    """The object id stands on the identity only, and the vault in another subscription."""
    world = mended().put(WORKSPACE, ATTACHED, {SESSION_IDENTITY: {}})
    world.put(WORKSPACE, "properties.keyVault", ELSEWHERE)
    estate = world.estate((*PERMISSION_READS, *SESSION_READS))
    asked = principal_scope(ArmId.parse(f"/subscriptions/{HUB}"), object_id_of(SESSION_IDENTITY))
    assert asked in estate.lists(PrincipalAssignment)


@pytest.mark.parametrize(
    ("environment", "is_own"),
    [
        (child(child(WORKSPACE, "environments", "mine"), "versions", "1"), True),
        (child(child(WORKSPACE, "environments", "MINE"), "versions", "1").upper(), True),
        (child(child(WORKSPACE, "environments", "azureml-sklearn"), "versions", "1"), False),
        (child(child(WORKSPACE, "environments", "not-azureml-x"), "versions", "1"), True),
        ("azureml://registries/azureml/environments/sklearn-1.5/labels/latest", False),
        (None, False),
    ],
)
def test_custom_environments_are_those_of_the_workspace_itself(environment: object, is_own: bool) -> None:
    world = mended()
    ids = [found["id"] for found in world.tenant["resources"] if "/onlineEndpoints/" in found["id"]]
    for rid in ids:
        if "/deployments/" in rid:
            world.put(rid, "properties.environmentId", environment)
    estate = world.estate((OnlineEndpoint, OnlineDeployment))
    assert bool(custom_environments(estate, workspace(world))) is is_own
