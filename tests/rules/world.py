"""A tenant under test: the sample company with every deliberate defect mended, changed fact by fact.

A world is served by the in-process ARM and read by the real collectors, so a rule is judged on what it would
see live. `mended()` has no failing and no unknown result for the workloads it holds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from itertools import count
from typing import Any

from auditor import engine
from auditor.collect import PACK as AZURE
from auditor.collect.runner import closure, collect
from auditor.collect.scope import resolve
from auditor.collect.source import Selection, Source
from auditor.model.declared import Declared
from auditor.model.estate import Estate, EstateBuilder
from auditor.model.ids import ArmId
from auditor.model.reach import Reach
from auditor.model.result import Result
from auditor.relate.workloads import deepened, discover
from auditor.rule import Rule, View
from auditor.sandbox.arm import Arm
from auditor.sandbox.demo import connection_to
from auditor.sandbox.sample import build, fraud_hub, network, private_app
from auditor.sandbox.sample import on_your_data as oyd
from auditor.sandbox.sample.ai_services import shared_private_link
from auditor.sandbox.sample.company import AI_PROD, LEGACY, STRANGER, principal_of
from auditor.sandbox.sample.endpoints import zone_group, zone_id
from auditor.sandbox.sample.learning_dependencies import SESSION_IDENTITY, STORAGE, VAULT
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor.sandbox.sample.managed_network import FAILED_RULE, host_rule
from auditor.sandbox.tenant import Tenant
from auditor_rules.workspace.destinations import CURATED

WORKSPACE_TYPE = "Microsoft.MachineLearningServices/workspaces"
NOW = datetime(2026, 6, 1, tzinfo=UTC)


@dataclass(slots=True)
class World:
    """One tenant as its sandbox file holds it; every method changes it in place and returns it."""

    tenant: dict[str, Any]
    order: str | int = "as-is"
    selected: tuple[str, ...] = field(default=())
    cloud: str = "AzureCloud"
    reach: frozenset[Reach] = frozenset()
    """What the operator asks for beyond Reader."""

    def body(self, rid: str) -> dict[str, Any]:
        """The object with this id, in any case. Raises KeyError."""
        for found in self._resources:
            if found["id"].lower() == rid.lower():
                return found
        raise KeyError(rid)

    def put(self, rid: str, path: str, value: object) -> World:
        """Set one property, making the objects on the way: `put(account, "properties.sku", …)`."""
        node, last = self._reach(rid, path, make=True)
        node[last] = value
        return self

    def cut(self, rid: str, path: str) -> World:
        """Take one property away altogether; one that is not there is a mistake in the test."""
        node, last = self._reach(rid, path, make=False)
        del node[last]
        return self

    def drop(self, *prefixes: str) -> World:
        """Remove objects by id, with all that lies below them."""
        for prefix in prefixes:
            scope = ArmId.parse(prefix)
            kept = [found for found in self._resources if not ArmId.parse(found["id"]).is_within(scope)]
            if len(kept) == len(self._resources):
                raise KeyError(prefix)
            self.tenant["resources"] = kept
        return self

    def add(self, *bodies: dict[str, Any]) -> World:
        self._resources.extend(deepcopy(list(bodies)))
        return self

    def refuse(self, pattern: str, status: int = 403, code: str = "AuthorizationFailed") -> World:
        """Answer requests whose path and query match the pattern (a regex, caseless) with an error."""
        fault = {"path": pattern, "status": status, "code": code, "message": None, "headers": {}}
        self.tenant["faults"].append({**fault, "body": None, "times": None})
        return self

    def assignments(self, *, scope: str | None = None, principal: str | None = None) -> list[dict[str, Any]]:
        """Role assignments made exactly at a scope and/or to a principal."""
        return [
            found
            for found in self._resources
            if found["type"].lower().endswith("roleassignments")
            and (scope is None or found["properties"]["scope"].lower() == scope.lower())
            and (principal is None or found["properties"]["principalId"] == principal)
        ]

    def revoke(self, *, scope: str, principal: str) -> World:
        """Remove every assignment of a principal made exactly at a scope."""
        for found in self.assignments(scope=scope, principal=principal):
            self._resources.remove(found)
        return self

    def grant(self, role: str, principal: str, scope: str, **properties: object) -> World:
        """Assign a role (its GUID) to a principal at a scope."""
        taken = {found["name"] for found in self._resources}
        names = (f"00000000-0000-4000-8000-{number:012d}" for number in count(len(self._resources)))
        name = next(name for name in names if name not in taken)
        definition = f"/subscriptions/{AI_PROD}/providers/Microsoft.Authorization/roleDefinitions/{role}"
        stated = {"scope": scope, "principalId": principal, "roleDefinitionId": definition}
        assignment = {
            "id": f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}",
            "name": name,
            "type": "Microsoft.Authorization/roleAssignments",
            "properties": {**stated, "principalType": "ServicePrincipal", "condition": None, **properties},
        }
        return self.add(assignment)

    def define(self, role: str, **permission: object) -> World:
        """Add a role definition (by its GUID) with one permission: `actions`, `dataActions` and so on."""
        definition = {
            "id": f"/providers/Microsoft.Authorization/roleDefinitions/{role}",
            "name": role,
            "type": "Microsoft.Authorization/roleDefinitions",
            "properties": {"roleName": role, "type": "BuiltInRole", "permissions": [permission]},
        }
        return self.add(definition)

    def inside(self, service: str, collection: str) -> list[dict[str, Any]]:
        """The objects of a collection (`indexes`) inside a search service, to be changed in place."""
        found: list[dict[str, Any]] = self.tenant["search_objects"][service][collection]
        return found

    def settings(self, site: str) -> dict[str, Any]:
        """The application settings of a site, to be changed in place."""
        found: dict[str, Any] = self.tenant["app_settings"][site]
        return found

    def principal(self, rid: str) -> str:
        """The object id of a resource's system-assigned identity."""
        found: str = self.body(rid)["identity"]["principalId"]
        return found

    def estate(
        self,
        reads: Iterable[Any],
        declared: Declared | None = None,
        *,
        wide: bool = False,
        beside: tuple[Source, ...] = (),
    ) -> Estate:
        """What the collectors, and the sources `beside` them, read of this tenant for these types."""
        return asyncio.run(self._collect(tuple(reads), declared or Declared(), wide, beside))

    def judge(
        self,
        rule: Rule[Any],
        declared: Declared | None = None,
        *,
        all_resources: bool = False,
        within: str = "/",
    ) -> tuple[Result, ...]:
        """Every result of one rule that is about something within this scope."""
        known = declared or Declared()
        estate = self.estate(rule.all_reads, known, wide=all_resources)
        view = View(
            estate=estate,
            relations=discover(estate, known),
            declared=known,
            now=NOW,
            all_resources=all_resources,
            cloud=self.cloud,
        )
        found = engine.run([rule], view, estate.audited)
        scope = f"{within.rstrip('/')}/".lower()
        return tuple(result for result in found if f"{result.resource}/".lower().startswith(scope))

    async def _collect(
        self, reads: tuple[Any, ...], declared: Declared, wide: bool, beside: tuple[Source, ...]
    ) -> Estate:
        arm = Arm(Tenant.from_json(self.tenant), order=self.order)
        async with connection_to(arm, lambda: None, self.reach) as opened:
            scope = await resolve(opened.reader, self.selected, None, ())
            visible = {one.id: one.tenant_id for one in scope.visible}
            builder = EstateBuilder(self.tenant["tenant_id"], [one.id for one in scope.audited], visible)
            selection = Selection(declared=declared, all_resources=wide, reach=self.reach)
            sources = closure((*AZURE.sources, *beside), deepened(reads))
            return await collect(opened.readers, sources, builder, selection)

    @property
    def _resources(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.tenant["resources"]
        return found

    def _reach(self, rid: str, path: str, *, make: bool) -> tuple[Any, Any]:
        *steps, last = _steps(path)
        node: Any = self.body(rid)
        for step in steps:
            if make and isinstance(node, dict) and not isinstance(node.get(step), dict | list):
                node[step] = {}
            node = node[step]
        return node, last


def company() -> World:
    """The sample company as it ships, defects and all."""
    return World(deepcopy(_built()))


def mended() -> World:
    """The sample company without its deliberate defects, and without the subscription nobody may read."""
    world = company()
    world.tenant["subscriptions"] = [
        found for found in world.tenant["subscriptions"] if found["subscriptionId"] != LEGACY
    ]
    world.tenant["faults"] = []
    for mend in _MENDS:
        mend(world)
    return world


def _steps(path: str) -> Iterator[str | int]:
    """`a.b[0].c` as its steps."""
    for part in path.split("."):
        name, _, index = part.partition("[")
        yield name
        if index:
            yield int(index.rstrip("]"))


@cache
def _built() -> dict[str, Any]:
    return build()


def _mend_hr(world: World) -> None:
    world.put(oyd.HR_OPENAI, "properties.publicNetworkAccess", "Disabled")
    world.put(oyd.HR_STORAGE, "properties.networkAcls.bypass", "Logging, Metrics, AzureServices")
    world.put(oyd.HR_SEARCH, "properties.authOptions", None)
    world.put(oyd.HR_SEARCH, "properties.disableLocalAuth", True)
    world.grant("a001fd3d-188f-4b5d-821b-7da978bf7442", world.principal(oyd.HR_SEARCH), oyd.HR_OPENAI)
    world.revoke(scope=f"/subscriptions/{AI_PROD}", principal=world.principal(oyd.HR_APP))
    world.add(*shared_private_link(oyd.HR_SEARCH, "link-blob", oyd.HR_STORAGE, "blob"))
    (indexer,) = world.inside(oyd.HR_SEARCH, "indexers")
    indexer["parameters"]["configuration"]["executionEnvironment"] = "private"
    _mend_hr_search_record(world)


def _mend_hr_search_record(world: World) -> None:
    """The record made by hand gives way to the endpoint's zone group."""
    endpoint = next(found for found in oyd.ENDPOINTS if found.name == "pe-hr-search")
    (host,) = endpoint.hosts
    record = f"{zone_id(host.zone)}/A/{host.record}"
    world.put(record, "properties.aRecords[0].ipv4Address", host.address)
    world.add(zone_group(endpoint))


def _mend_connections(world: World) -> None:
    """The stranger's request goes; our own pending endpoint is approved on both sides."""
    for found in list(world.tenant["resources"]):
        if not found["type"].lower().endswith("/privateendpointconnections"):
            continue
        named = (found["properties"].get("privateEndpoint") or {}).get("id", "")
        if STRANGER in named:
            world.drop(found["id"])
        elif found["properties"]["privateLinkServiceConnectionState"]["status"] == "Pending":
            found["properties"]["privateLinkServiceConnectionState"]["status"] = "Approved"
            endpoint = world.body(named)["properties"]
            for list_name in ("privateLinkServiceConnections", "manualPrivateLinkServiceConnections"):
                for request in endpoint[list_name]:
                    request["properties"]["privateLinkServiceConnectionState"]["status"] = "Approved"


def _mend_machine_learning(world: World) -> None:
    privileged = "69566ab7-960f-475b-8e7c-b3118f30c6bd"
    world.grant(privileged, world.principal(WORKSPACE), STORAGE)
    world.grant("00482a5a-887f-4fb3-b363-3b7fe8e74483", principal_of(SESSION_IDENTITY), VAULT)
    idle = "properties.properties.idleTimeBeforeShutdown"
    world.put(f"{WORKSPACE}/computes/ci-oskar", idle, "PT1H")


def _mend_fraud_hub(world: World) -> None:
    world.put(fraud_hub.PROJECT, "properties.publicNetworkAccess", "Disabled")
    world.put(f"{fraud_hub.FRAUD_HUB}/connections/{fraud_hub.BORROWED}", "properties.authType", "AAD")


def _mend_security_group(world: World) -> None:
    rules = world.body(network.ENDPOINTS_NSG)["properties"]["securityRules"]
    wrong = (network.TRIAL_RULE, network.SHADOWING_RULE)
    rules[:] = [rule for rule in rules if rule["name"] not in wrong]


def _mend_private_app(world: World) -> None:
    world.put(private_app.OPENAI, "properties.disableLocalAuth", True)
    world.put(private_app.OPENAI, "properties.restrictOutboundNetworkAccess", True)


def _mend_outbound_rules(world: World) -> None:
    """The broken rule works, and the hosts of the curated collection are admitted."""
    rules = f"{WORKSPACE}/outboundRules"
    world.put(f"{rules}/{FAILED_RULE}", "properties.status", "Active")
    for number, host in enumerate(CURATED.hosts):
        name = f"curated-{number}"
        body = {"id": f"{rules}/{name}", "name": name, "type": f"{WORKSPACE_TYPE}/outboundRules"}
        world.add({**body, "properties": host_rule(host)})


_MENDS = (
    _mend_outbound_rules,
    _mend_hr,
    _mend_connections,
    _mend_machine_learning,
    _mend_fraud_hub,
    _mend_security_group,
    _mend_private_app,
)
