"""Workload discovery: what ties resources together, how surely, and what it does not claim."""

from __future__ import annotations

from copy import deepcopy
from itertools import combinations

import pytest

from auditor.model.declared import Declared, DeclaredWorkload
from auditor.model.ids import ArmId
from auditor.relate.ties import MOST_SUGGESTED, Tie
from auditor.relate.workloads import READS, Relations, Workload, discover
from auditor.sandbox.sample import agents, fraud_hub
from auditor.sandbox.sample.company import AI_PROD, HUB, child, principal_of, within
from auditor.sandbox.sample.learning_dependencies import STORAGE as LEARNING_STORAGE
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor.sandbox.sample.on_your_data import (
    CLAIMS_APP,
    CLAIMS_OPENAI,
    CLAIMS_SEARCH,
    CLAIMS_STORAGE,
    HR_OPENAI,
    HR_SEARCH,
    HR_STORAGE,
)
from auditor.sandbox.sample.private_app import CONTAINER_APP, OPENAI
from tests.rules.world import World, company, mended

CLAIMS = (CLAIMS_OPENAI, CLAIMS_SEARCH, CLAIMS_STORAGE)
INDEX_READER = "1407120a-92aa-4202-b7e9-c0e197c71c8f"
OPENAI_CONTRIBUTOR = "a001fd3d-188f-4b5d-821b-7da978bf7442"
BLOB_CONTRIBUTOR = "ba92f5b4-2d11-453d-a403-e96b0029c9fe"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
FOUND = Declared()


def relations(world: World, declared: Declared = FOUND) -> Relations:
    return discover(world.estate(READS, declared), declared)


def tie(found: Relations, one: str, other: str) -> Tie | None:
    return found.partners_of.get(ArmId.parse(one), {}).get(ArmId.parse(other))


def named(found: Relations, name: str) -> Workload:
    return next(workload for workload in found.workloads if workload.name == name)


def members(workload: Workload) -> set[str]:
    return {rid.text.lower() for ids in workload.members.values() for rid in ids}


def ids(*texts: str) -> set[str]:
    return {text.lower() for text in texts}


def alone() -> World:
    """Three services in three resource groups that nothing ties together: no role, link, rule or endpoint."""
    world = mended()
    telling = ("roleassignments", "sharedprivatelinkresources", "/connections", "/privateendpoints")
    world.tenant["resources"] = [
        found for found in world.tenant["resources"] if not found["type"].lower().endswith(telling)
    ]
    world.put(CLAIMS_STORAGE, "properties.networkAcls.resourceAccessRules", None)
    world.drop(WORKSPACE, HR_OPENAI, HR_SEARCH, HR_STORAGE, OPENAI, LEARNING_STORAGE)
    world.drop(agents.ACCOUNT, agents.SEARCH, agents.STORAGE)
    world.drop(fraud_hub.FRAUD_HUB, fraud_hub.PROJECT, fraud_hub.STORAGE)
    moved(world, CLAIMS_SEARCH, "rg-search")
    moved(world, CLAIMS_STORAGE, "rg-storage")
    return world


def moved(world: World, rid: str, group: str) -> str:
    """Move a resource, with its children, to another resource group."""
    there = within(f"/subscriptions/{AI_PROD}/resourceGroups/{group}", *_type_and_name(rid))
    here = ArmId.parse(rid)
    for found in world.tenant["resources"]:
        if ArmId.parse(found["id"]).is_within(here):
            found["id"] = there + found["id"][len(rid) :]
    return there


def _type_and_name(rid: str) -> tuple[str, str]:
    kind, _, name = rid.partition("/providers/")[2].rpartition("/")
    return kind, name


SEARCH = within(f"/subscriptions/{AI_PROD}/resourceGroups/rg-search", *_type_and_name(CLAIMS_SEARCH))
STORAGE = within(f"/subscriptions/{AI_PROD}/resourceGroups/rg-storage", *_type_and_name(CLAIMS_STORAGE))


def copied(world: World, rid: str, name: str, group: str | None = None) -> str:
    """A second resource like this one, with an identity of its own; no children."""
    body = deepcopy(world.body(rid))
    kind, _ = _type_and_name(rid)
    body["id"] = within(group or rid.split("/providers", maxsplit=1)[0], kind, name)
    body["name"] = name
    if "identity" in body:
        body["identity"] = {"type": "SystemAssigned", "principalId": principal_of(body["id"])}
    world.add(body)
    found: str = body["id"]
    return found


def test_sample_workloads_are_found_with_their_kinds_and_members() -> None:
    found = relations(company())
    assert {(workload.kind, workload.name) for workload in found.workloads} == {
        ("foundry", "aif-norrland-servicing"),
        ("machine-learning", "fraud-hub"),
        ("on-your-data", "oai-norrland-claims"),
        ("on-your-data", "oai-norrland-hr"),
        ("private-openai", "oai-norrland-underwriting"),
        ("prompt-flow", "actuarial-ml"),
        ("prompt-flow", "fraud-triage"),
    }
    assert members(named(found, "oai-norrland-claims")) == ids(*CLAIMS, CLAIMS_APP)
    assert members(named(found, "oai-norrland-underwriting")) == ids(OPENAI, CONTAINER_APP)
    agents_of = (agents.ACCOUNT, agents.SEARCH, agents.STORAGE)
    assert members(named(found, "aif-norrland-servicing")) == ids(*agents_of)
    assert tie(found, agents.ACCOUNT, agents.STORAGE) == "confirmed"


def test_unrelated_services_are_not_tied() -> None:
    found = relations(alone())
    assert found.partners_of == {}
    assert [(workload.kind, workload.confidence) for workload in found.workloads] == [
        ("private-openai", "confirmed")
    ]


def link(world: World, target: str) -> None:
    path = child(SEARCH, "sharedPrivateLinkResources", "link")
    world.add(
        {
            "id": path,
            "name": "link",
            "type": "Microsoft.Search/searchServices/sharedPrivateLinkResources",
            "properties": {
                "privateLinkResourceId": target.upper().replace("/SUBSCRIPTIONS", "/subscriptions")
            },
        }
    )


def access_rule(world: World, source: str) -> None:
    rules = [{"tenantId": world.tenant["tenant_id"], "resourceId": source}]
    world.put(STORAGE, "properties.networkAcls.resourceAccessRules", rules)


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("shared-private-link", "confirmed"),
        ("resource-access-rule", "confirmed"),
        ("wildcard-access-rule", None),
        ("one-role", "probable"),
        ("two-roles", "confirmed"),
        ("role-that-says-nothing", None),
        ("role-on-the-group", "probable"),
        ("role-on-the-subscription", None),
    ],
)
def test_each_tier_gives_its_confidence(case: str, expected: Tie | None) -> None:
    world = alone()
    account, search = world.principal(CLAIMS_OPENAI), world.principal(SEARCH)
    one, other = CLAIMS_OPENAI, SEARCH
    match case:
        case "shared-private-link":
            link(world, CLAIMS_OPENAI)
        case "resource-access-rule":
            one, other = STORAGE, SEARCH
            access_rule(world, SEARCH.lower())
        case "wildcard-access-rule":
            one, other = STORAGE, SEARCH
            access_rule(world, f"/subscriptions/{AI_PROD}/resourceGroups/*/providers/Microsoft.Search/*/*")
        case "one-role":
            world.grant(INDEX_READER, account, SEARCH)
        case "two-roles":
            world.grant(INDEX_READER, account, SEARCH)
            world.grant(OPENAI_CONTRIBUTOR, search, CLAIMS_OPENAI)
        case "role-that-says-nothing":
            world.grant(READER, account, STORAGE)
            one, other = CLAIMS_OPENAI, STORAGE
        case "role-on-the-group":
            world.grant(INDEX_READER, account, SEARCH.split("/providers")[0])
        case "role-on-the-subscription":
            world.grant(INDEX_READER, account, f"/subscriptions/{AI_PROD}")
    found = relations(world)
    assert tie(found, one, other) == expected
    assert tie(found, other, one) == expected


def test_same_resource_group_only_suggests() -> None:
    world = alone()
    moved(world, SEARCH, CLAIMS_OPENAI.split("/")[4])
    found = relations(world)
    assert tie(found, CLAIMS_OPENAI, CLAIMS_SEARCH) == "suggested"
    assert named(found, "oai-norrland-claims").confidence == "suggested"


def endpoint(world: World, target: str, network: str) -> None:
    name = f"pe-{target.rpartition('/')[2]}"
    subnet = f"/subscriptions/{HUB}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/{network}"
    request = {"name": name, "properties": {"privateLinkServiceId": target}}
    group = f"/subscriptions/{AI_PROD}/resourceGroups/rg-endpoints"
    properties = {"subnet": {"id": f"{subnet}/subnets/s"}, "privateLinkServiceConnections": [request]}
    rid = within(group, "Microsoft.Network/privateEndpoints", name)
    kind = "Microsoft.Network/privateEndpoints"
    world.add({"id": rid, "name": name, "type": kind, "location": "swedencentral", "properties": properties})


def test_same_network_without_rival_is_probable() -> None:
    world = alone()
    endpoint(world, CLAIMS_OPENAI, "vnet")
    endpoint(world, SEARCH, "VNET")
    found = relations(world)
    assert tie(found, CLAIMS_OPENAI, SEARCH) == "probable"
    assert tie(found, CLAIMS_OPENAI, STORAGE) is None


@pytest.mark.parametrize("rivals", range(1, MOST_SUGGESTED + 2))
def test_rivals_in_one_network_suggest_until_there_are_too_many(rivals: int) -> None:
    world = alone()
    searches = [SEARCH, *(copied(world, SEARCH, f"srch-rival-{n}") for n in range(1, rivals))]
    for target in (CLAIMS_OPENAI, *searches):
        endpoint(world, target, "vnet")
    found = relations(world)
    expected: Tie | None = "probable" if rivals == 1 else "suggested"
    if rivals > MOST_SUGGESTED:
        expected = None
    assert [tie(found, CLAIMS_OPENAI, search) for search in searches] == [expected] * rivals


def test_stronger_tie_drops_nearness_to_a_rival() -> None:
    world = alone()
    rival = copied(world, SEARCH, "srch-rival")
    for target in (CLAIMS_OPENAI, SEARCH, rival):
        endpoint(world, target, "vnet")
    world.grant(INDEX_READER, world.principal(CLAIMS_OPENAI), SEARCH)
    found = relations(world)
    assert tie(found, CLAIMS_OPENAI, SEARCH) == "probable"
    assert tie(found, CLAIMS_OPENAI, rival) is None


def test_removing_every_role_of_a_workload_keeps_it_by_its_links() -> None:
    world = mended()
    group = CLAIMS_OPENAI.split("/providers")[0].lower()
    for assignment in world.assignments():
        if assignment["properties"]["scope"].lower().startswith(group):
            world.drop(assignment["id"])
    found = named(relations(world), "oai-norrland-claims")
    assert found.kind == "on-your-data"
    assert ids(*CLAIMS) <= members(found)
    assert not [edge for edge in found.edges if edge.kind.startswith("role:")]
    for one, other in combinations(CLAIMS, 2):
        assert found.tie(ArmId.parse(one), ArmId.parse(other)) in ("confirmed", "probable"), (one, other)


@pytest.mark.parametrize("position", range(5))
def test_removing_any_one_role_keeps_all_pairs(position: int) -> None:
    world = mended()
    holders = {world.principal(CLAIMS_OPENAI), world.principal(CLAIMS_SEARCH)}
    five = [found for found in world.assignments() if found["properties"]["principalId"] in holders]
    assert len(five) == 5
    world.drop(five[position]["id"])
    found = named(relations(world), "oai-norrland-claims")
    assert ids(*CLAIMS) <= members(found)
    assert all(found.tie(ArmId.parse(a), ArmId.parse(b)) != "suggested" for a, b in combinations(CLAIMS, 2))


def test_shared_search_service_belongs_to_both_accounts() -> None:
    world = mended()
    world.grant(INDEX_READER, world.principal(HR_OPENAI), CLAIMS_SEARCH)
    found = relations(world)
    search = ArmId.parse(CLAIMS_SEARCH)
    assert {known.name for known in found.workloads_of(search)} >= {"oai-norrland-claims", "oai-norrland-hr"}
    hr = named(found, "oai-norrland-hr")
    assert hr.tie(search, ArmId.parse(HR_OPENAI)) == "probable"
    assert hr.tie(ArmId.parse(HR_OPENAI), ArmId.parse(HR_STORAGE)) in ("confirmed", "probable")


def test_shared_search_service_with_two_storages_only_suggests_which_is_whose() -> None:
    world = alone()
    second = copied(world, CLAIMS_OPENAI, "oai-second", f"/subscriptions/{AI_PROD}/resourceGroups/rg-second")
    store = copied(world, STORAGE, "stsecond", f"/subscriptions/{AI_PROD}/resourceGroups/rg-second-st")
    for account in (CLAIMS_OPENAI, second):
        world.grant(INDEX_READER, world.principal(account), SEARCH)
    for storage in (STORAGE, store):
        world.grant(BLOB_CONTRIBUTOR, world.principal(SEARCH), storage)
    found = relations(world)
    for name, account in (("oai-norrland-claims", CLAIMS_OPENAI), ("oai-second", second)):
        workload = named(found, name)
        assert workload.tie(ArmId.parse(SEARCH), ArmId.parse(account)) == "probable"
        for storage in (STORAGE, store):
            assert workload.tie(ArmId.parse(account), ArmId.parse(storage)) == "suggested"
            assert workload.tie(ArmId.parse(SEARCH), ArmId.parse(storage)) == "probable"


def test_declared_workload_is_confirmed_and_takes_the_place_of_the_found_one() -> None:
    declared = Declared(
        workloads=(
            DeclaredWorkload(
                name="mine",
                kind="on-your-data",
                openai=(CLAIMS_OPENAI.lower(),),
                search=(SEARCH,),
                storage=(f"{STORAGE}-that-is-not-there",),
            ),
        )
    )
    found = relations(alone(), declared)
    assert [workload.name for workload in found.workloads] == ["mine"]
    mine = found.workloads[0]
    assert (mine.confidence, mine.anchor) == ("confirmed", ArmId.parse(CLAIMS_OPENAI))
    assert members(mine) == ids(CLAIMS_OPENAI, SEARCH)
    assert tie(found, CLAIMS_OPENAI, SEARCH) == "confirmed"


def test_declared_workload_adds_to_discovery() -> None:
    workload = DeclaredWorkload(name="mine", kind="on-your-data", openai=(HR_OPENAI,), search=(HR_SEARCH,))
    found = relations(mended(), Declared(workloads=(workload,)))
    names = [known.name for known in found.workloads]
    undeclared = [
        "actuarial-ml",
        "aif-norrland-servicing",
        "fraud-hub",
        "fraud-triage",
        "oai-norrland-claims",
        "oai-norrland-underwriting",
    ]
    assert sorted(names) == sorted(("mine", *undeclared))


def test_declared_without_discovery_finds_nothing_else() -> None:
    workload = DeclaredWorkload(name="mine", kind="on-your-data", openai=(HR_OPENAI,), search=(HR_SEARCH,))
    found = relations(mended(), Declared(workloads=(workload,), discover=False))
    assert [known.name for known in found.workloads] == ["mine"]
    assert tie(found, HR_OPENAI, HR_SEARCH) == "confirmed"
    assert tie(found, HR_OPENAI, HR_STORAGE) is None
    assert tie(found, CLAIMS_OPENAI, CLAIMS_SEARCH) is None


def test_nothing_declared_without_discovery_finds_nothing() -> None:
    found = relations(mended(), Declared(discover=False))
    assert (found.workloads, found.partners_of) == ((), {})


def test_workspace_without_flow_datastore_is_no_prompt_flow() -> None:
    world = mended().drop(child(WORKSPACE, "datastores", "workspaceworkingdirectory"))
    assert named(relations(world), "actuarial-ml").kind == "machine-learning"


def test_projects_make_an_account_a_foundry() -> None:
    world = mended().put(CLAIMS_OPENAI, "properties.allowProjectManagement", True)
    assert named(relations(world), "oai-norrland-claims").kind == "foundry"


@pytest.mark.parametrize("order", ["reversed", 1, 7, 42])
def test_order_of_the_answers_changes_nothing(order: str | int) -> None:
    world = company()
    expected = relations(world)
    world.order = order
    found = relations(world)
    assert found.workloads == expected.workloads
    assert found.partners_of == expected.partners_of
    assert set(found.unread) == set(expected.unread)


def test_refused_list_is_kept_as_unread_near_and_elsewhere() -> None:
    found = relations(mended().refuse(f"{AI_PROD}/providers/Microsoft.Search/searchServices"))
    here, there = ArmId.parse(CLAIMS_OPENAI), ArmId.parse(f"/subscriptions/{HUB}")
    assert [gap.what for gap in found.unread_near(here)] == ["Microsoft.Search/searchServices"]
    assert found.unread_elsewhere(here) == ()
    assert found.unread_near(there) == ()
    assert len(found.unread_elsewhere(there)) == 1


def test_nearness_to_what_an_unread_list_may_claim_ties_nothing() -> None:
    world = mended().refuse(f"{AI_PROD}/providers/Microsoft.MachineLearningServices/workspaces")
    assert relations(world).partners_of.get(ArmId.parse(LEARNING_STORAGE)) is None


def test_malformed_reference_costs_only_its_own_edge() -> None:
    world = mended().put(HR_STORAGE, "properties.networkAcls.resourceAccessRules", "everything")
    world.put(WORKSPACE, "properties.storageAccount", 5)
    found = relations(world)
    assert members(named(found, "oai-norrland-claims")) == ids(*CLAIMS, CLAIMS_APP)
    kinds = {edge.kind for edge in named(found, "actuarial-ml").edges}
    assert "workspace-storage" not in kinds
    assert "managed-network-outbound-rule" in kinds


@pytest.mark.parametrize("said", ["/not//an/id", "no id at all", "", "/"])
def test_malformed_access_rule_raises_nothing(said: str) -> None:
    world = mended()
    rules = [{"tenantId": None, "resourceId": said}]
    world.put(HR_STORAGE, "properties.networkAcls.resourceAccessRules", rules)
    assert named(relations(world), "oai-norrland-hr").kind == "on-your-data"


@pytest.mark.parametrize("said", ["https://[broken", "http://[::1", "plain text", 5, None])
def test_malformed_connection_target_raises_nothing(said: object) -> None:
    world = mended()
    connection = child(WORKSPACE, "connections", "claims-openai")
    world.cut(connection, "properties.metadata").put(connection, "properties.target", said)
    assert named(relations(world), "actuarial-ml").kind == "prompt-flow"


def test_malformed_outbound_rule_raises_nothing() -> None:
    world = mended()
    for found in world.tenant["resources"]:
        if found["type"].lower().endswith("/outboundrules"):
            found["properties"]["destination"] = {"serviceResourceId": "/a//b"}
    assert named(relations(world), "actuarial-ml").kind == "prompt-flow"


def test_malformed_identity_raises_nothing() -> None:
    world = mended().put(CLAIMS_APP, "identity", "system").put(CLAIMS_SEARCH, "identity.principalId", 7)
    assert ids(CLAIMS_OPENAI) <= members(named(relations(world), "oai-norrland-claims"))


@pytest.mark.parametrize("collection", ["connections", "projects/servicing/connections"])
@pytest.mark.parametrize("stated", [{"metadata": {"ResourceId": CLAIMS_SEARCH}}, {"target": "by-host"}])
def test_foundry_connection_ties_its_account_to_what_it_names(
    collection: str, stated: dict[str, object]
) -> None:
    if "target" in stated:
        stated = {"target": f"https://{CLAIMS_SEARCH.rsplit('/', 1)[1].upper()}.search.windows.net/"}
    world = mended().drop(child(agents.PROJECT, "connections", "servicing-knowledge"))
    path = f"{agents.ACCOUNT}/{collection}/other"
    kind = f"Microsoft.CognitiveServices/accounts/{collection.replace('/servicing', '')}"
    world.add({"id": path, "name": "other", "type": kind, "properties": {"authType": "AAD", **stated}})
    assert tie(relations(world), agents.ACCOUNT, CLAIMS_SEARCH) == "confirmed"
