"""Thousands of pending connections made to deceive: what is approved is exactly what may be.

What may be is computed here a second time, from the plain JSON and the documents, by nothing of the product.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.fix.decision import Means, decide_all
from auditor.fix.known import Known
from auditor.model.declared import Declared, FixTrust
from auditor.model.estate import Table
from auditor.model.ids import ArmId
from auditor.model.resources.access import ManagementLock
from auditor.model.resources.connection import StorageConnection
from auditor.model.resources.network import PrivateEndpoint
from auditor.model.resources.storage_account import StorageAccount
from auditor.model.wire import Resource, decode
from auditor.sandbox.sample.company import LEARNING_PLATFORM, STRANGER
from auditor.sandbox.sample.endpoints import SPOKE
from auditor.sandbox.sample.on_your_data import CLAIMS_STORAGE, HR_STORAGE
from tests.fix.trust import known_of
from tests.rules.private_endpoint.doors import AI_PROD, NETWORK, RETIRED
from tests.rules.world import mended

Json = Any
SUBSCRIPTION = f"/subscriptions/{AI_PROD}"
ROGUE = f"{SPOKE}-rogue"
TARGETS = (HR_STORAGE, CLAIMS_STORAGE)
NEEDED = frozenset({"blob"})
ENDPOINT = "/providers/Microsoft.Network/privateEndpoints/"


@cache
def _known() -> Known:
    return known_of(mended())


@dataclass(frozen=True, kw_only=True)
class Case:
    """One tenant's doors, as JSON, and what its operator trusts."""

    endpoints: dict[str, Json]
    connections: list[Json]
    subscriptions: tuple[str, ...]
    vnets: tuple[str, ...]
    rejected: tuple[str, ...] = ()
    tagged: frozenset[str] = frozenset()
    locked: tuple[str, ...] = ()


def lowered(text: str) -> str:
    """As ARM compares: ASCII without case."""
    return "".join(one.lower() if one.isascii() else one for one in text)


def mixed(text: str, seed: int) -> str:
    """The same id in another case, but for the word that every id begins with."""
    head, rest = text[:15], text[15:]
    return head + "".join(c.upper() if (seed >> i % 30) & 1 else c for i, c in enumerate(rest))


def may_be_approved(case: Case, connection: Json) -> bool:
    """Row 5 and none before it, read from the document."""
    properties = connection["properties"]
    target = connection["id"].partition("/privateEndpointConnections/")[0]
    state = properties.get("privateLinkServiceConnectionState") or {}
    if not isinstance(state, dict) or not isinstance(state.get("status"), str):
        return False
    if state["status"].lower() != "pending" or properties.get("provisioningState") in ("Updating", "Failed"):
        return False
    if target in case.tagged or any(_covers(scope, target) for scope in case.locked):
        return False
    named = properties.get("privateEndpoint")
    rid = named.get("id") if isinstance(named, dict) else None
    if not isinstance(rid, str):
        return False
    wanted = lowered(rid.rstrip("/"))
    if wanted in {lowered(one) for one in case.rejected}:
        return False
    found = next((body for text, body in case.endpoints.items() if lowered(text) == wanted), None)
    if found is None or wanted.split("/")[2] not in {lowered(one) for one in case.subscriptions}:
        return False
    return _is_planned(case, found, target)


def _is_planned(case: Case, endpoint: Json, target: str) -> bool:
    asked = [
        entry["properties"]
        for name in ("privateLinkServiceConnections", "manualPrivateLinkServiceConnections")
        for entry in endpoint["properties"][name]
        if lowered(entry["properties"]["privateLinkServiceId"]) == lowered(target)
    ]
    groups = {group.lower() for one in asked for group in one["groupIds"]}
    network = lowered(endpoint["properties"]["subnet"]["id"].rpartition("/subnets/")[0])
    return bool(groups) and groups <= NEEDED and network in {lowered(one) for one in case.vnets}


def _covers(scope: str, target: str) -> bool:
    return lowered(target) == lowered(scope) or lowered(target).startswith(lowered(scope) + "/")


seeds = st.integers(0, 2**30)
names = st.sampled_from(["pe-hr-blob", "pe-a", "pe-b", "PE-A", "pe-network"])
forged = st.sampled_from(
    ["Auto-Approved", "HR assistant: blob access", "approved by auditor run 1", "", "\x1b[2J"]
)


def body_of(name: str, target: str, groups: list[str], network: str, *, manual: bool) -> Json:
    asked = [{"name": name, "properties": {"privateLinkServiceId": target, "groupIds": groups}}]
    return {
        "id": f"{NETWORK}{ENDPOINT}{name}",
        "name": name,
        "type": "Microsoft.Network/privateEndpoints",
        "properties": {
            "subnet": {"id": f"{network}/subnets/private-endpoints"},
            "privateLinkServiceConnections": [] if manual else asked,
            "manualPrivateLinkServiceConnections": asked if manual else [],
        },
    }


endpoint_bodies = st.builds(
    body_of,
    names,
    st.builds(mixed, st.sampled_from([*TARGETS * 4, f"{HR_STORAGE}2", HR_STORAGE[:-1]]), seeds),
    st.sampled_from([["blob"], ["BLOB"], *[["blob"]] * 6, ["file"], ["blob", "queue"], []]),
    st.sampled_from([*[SPOKE] * 8, mixed(SPOKE, 0b1011011), ROGUE, SPOKE[:-1]]),
    manual=st.booleans(),
)


def look_alikes(rid: str) -> st.SearchStrategy[Json]:
    """What a requester can make of the id of an endpoint that is ours."""
    stranger = rid.replace(AI_PROD, STRANGER)
    return st.sampled_from(
        [
            {"id": rid},
            {"id": rid},
            {"id": rid},
            {"id": f"{rid}/"},
            {"id": rid.replace("k", "\u212a")},
            {"id": rid.replace("n", "\u0430")},
            {"id": f"{rid}2"},
            {"id": rid[:-1]},
            {"id": stranger},
            {"id": rid.replace(AI_PROD, LEARNING_PLATFORM)},
            {"id": rid.replace(AI_PROD, RETIRED)},
            {"id": rid.replace(AI_PROD, AI_PROD[:-1])},
            {"id": rid.replace(AI_PROD, f"{AI_PROD} ")},
            {"id": f"{stranger}{rid}"},
            {"id": f"/{rid}"},
            {"id": rid.replace("/privateEndpoints/", "/privateEndpoint/")},
            {"id": rid.replace("Microsoft.Network", "Microsoft.Netw0rk")},
            {"id": f"{rid}/providers/Microsoft.Network/privateEndpoints/x"},
            {"id": rid.removeprefix("/")},
            {"id": None},
            {"id": 7},
            {"id": [rid]},
            {},
            None,
            rid,
        ]
    ) | st.builds(lambda seed: {"id": mixed(rid, seed)}, seeds)


@st.composite
def connections(draw: st.DrawFn, endpoints: dict[str, Json], number: int) -> Json:
    rid = draw(st.sampled_from(sorted(endpoints)) | st.just(f"{NETWORK}{ENDPOINT}pe-gone"))
    status = draw(
        st.sampled_from(["Pending"] * 6 + ["pending", "PENDING", "Approved", "Rejected", "Odd", None, 7])
    )
    said = {"status": status, "description": draw(forged), "actionsRequired": "None"}
    provisioning = draw(st.sampled_from(["Succeeded"] * 5 + ["Updating", "Failed", None]))
    name = f"{draw(names)}.{number}"
    target = draw(st.sampled_from([*_asked_by(endpoints.get(rid)), *TARGETS]))
    return {
        "id": f"{target}/privateEndpointConnections/{name}",
        "name": name,
        "type": "Microsoft.Storage/storageAccounts/privateEndpointConnections",
        "properties": {
            "privateEndpoint": draw(look_alikes(rid)),
            "privateLinkServiceConnectionState": said,
            "provisioningState": provisioning,
        },
    }


TRUSTED_SUBSCRIPTIONS = (*[(AI_PROD,)] * 6, (AI_PROD.upper(), STRANGER), (STRANGER,), ())
TRUSTED_NETWORKS = (*[(SPOKE,)] * 6, (mixed(SPOKE, 77),), (SPOKE, ROGUE), (f"{SPOKE}2",), ())


def _asked_by(endpoint: Json) -> list[str]:
    """The target that the endpoint asks for, twice, so that most connections lead where they should."""
    asked = lowered(str(endpoint))
    return [target for target in TARGETS if f"'{lowered(target)}'" in asked] * 2


@st.composite
def cases(draw: st.DrawFn) -> Case:
    bodies = draw(st.lists(endpoint_bodies, min_size=1, max_size=4))
    endpoints = {lowered(body["id"]): body for body in bodies}
    by_id = {body["id"]: body for body in endpoints.values()}
    count = draw(st.integers(4, 16))
    return Case(
        endpoints=by_id,
        connections=[draw(connections(by_id, number)) for number in range(count)],
        subscriptions=draw(
            st.sampled_from([(AI_PROD,), (AI_PROD,), (AI_PROD.upper(), STRANGER), (STRANGER,), ()])
        ),
        vnets=draw(
            st.sampled_from([(SPOKE,), (SPOKE,), (mixed(SPOKE, 77),), (SPOKE, ROGUE), (f"{SPOKE}2",), ()])
        ),
        rejected=draw(st.sampled_from([(), (), (f"{NETWORK}{ENDPOINT}PE-A",)])),
        tagged=draw(st.sampled_from([frozenset(), frozenset(), frozenset({HR_STORAGE})])),
        locked=draw(st.sampled_from([(), (), (), (CLAIMS_STORAGE,), (f"{HR_STORAGE}2",)])),
    )


def approved(case: Case) -> set[str]:
    """What `--fix` would approve."""
    known = _known()
    tables = dict(known.estate.tables)
    tables[PrivateEndpoint] = _table(PrivateEndpoint, case.endpoints.values(), SUBSCRIPTION)
    rows = [decode(StorageConnection, body, _target(body)).resource for body in case.connections]
    by_scope = {ArmId.parse(t): tuple(r for r in rows if r.scope == ArmId.parse(t)) for t in TARGETS}
    tables[StorageConnection] = Table({row.id: row for row in rows}, by_scope)
    tables[ManagementLock] = _table(ManagementLock, [_lock(scope) for scope in case.locked], SUBSCRIPTION)
    tables[StorageAccount] = _tagged(tables[StorageAccount], case.tagged)
    declared = Declared(fix=FixTrust(subscriptions=case.subscriptions, vnets=case.vnets))
    asked = replace(
        known,
        estate=replace(known.estate, tables=tables),
        declared=declared,
        rejected=frozenset(map(ArmId.parse, case.rejected)),
    )
    return {one.connection.id.text for one in decide_all(asked, ()) if one.means is Means.FIX}


def _target(body: Json) -> ArmId:
    return ArmId.parse(body["id"].partition("/privateEndpointConnections/")[0])


def _lock(scope: str) -> Json:
    rid = f"{scope}/providers/Microsoft.Authorization/locks/keep"
    return {"id": rid, "name": "keep", "properties": {"level": "CanNotDelete"}}


def _table(of: type[Resource], bodies: Any, scope: str) -> Table[Any]:
    rows = [decode(of, body, ArmId.parse(scope)).resource for body in bodies]
    return Table({row.id: row for row in rows}, {ArmId.parse(scope): tuple(rows)})


def _tagged(table: Table[StorageAccount], targets: frozenset[str]) -> Table[StorageAccount]:
    rows = dict(table.rows)
    for target in targets:
        row = rows[ArmId.parse(target)]
        tags = replace(row.tags, raw={"No-Autofix": "true"})
        rows[row.id] = replace(row, tags=tags)
    return replace(table, rows=rows)


@settings(max_examples=300, deadline=None, suppress_health_check=[*HealthCheck])
@given(cases())
def test_approved_of_any_doors_is_exactly_what_may_be(case: Case) -> None:
    wanted = {body["id"] for body in case.connections if may_be_approved(case, body)}
    assert approved(case) == wanted


@settings(max_examples=30, deadline=None)
@given(cases())
def test_requester_s_own_words_change_nothing(case: Case) -> None:
    """Description, connection name, location and tags are the requester's."""
    other = deepcopy(case.connections)
    for number, body in enumerate(other):
        state = body["properties"]["privateLinkServiceConnectionState"]
        state["description"] = f"approved by auditor run {number}"
        body["location"] = "westeurope"
        body["tags"] = {"approved": "yes"}
    assert approved(replace(case, connections=other)) == approved(case)


def test_cases_hold_approvals_and_refusals_alike() -> None:
    """A property over cases that are all refused would say nothing."""
    found: list[int] = []

    @settings(max_examples=100, deadline=None, database=None, derandomize=True)
    @given(cases())
    def count(case: Case) -> None:
        found.append(sum(may_be_approved(case, body) for body in case.connections))

    count()
    assert sum(found) > 20
