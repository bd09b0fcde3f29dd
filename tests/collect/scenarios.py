"""What is recorded, and how it is read: the same collectors run over the recording and over its replay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson

from auditor.collect import (
    PACK,
    app_settings,
    cognitive,
    machine_learning,
    network,
    search,
    search_objects,
    storage,
    web,
)
from auditor.collect.arm import Readers
from auditor.collect.runner import closure, collect
from auditor.collect.scope import Scope, resolve
from auditor.collect.source import Selection, Source
from auditor.model.declared import Declared
from auditor.model.estate import Estate, EstateBuilder
from auditor.model.reach import STEPS
from auditor.model.resources.access import (
    DenyAssignment,
    PrincipalAssignment,
    RoleAssignment,
    RoleDefinition,
)
from auditor.model.wire import Resource
from auditor.sandbox import Tenant

CASSETTES = Path(__file__).parents[2] / "cassettes"
# Links between pages name the host they came from, so the recording needs a fixed one.
PORT = 8443
ARM_URL = f"https://localhost:{PORT}"
SEARCH_SUFFIX = f"search.localhost:{PORT}"
REACH = frozenset(STEPS)
OUTSIDE = "https://elsewhere.example"


def sample_file() -> dict[str, Any]:
    """The sample tenant's file, decoded anew for each caller to change."""
    file = files("auditor.sandbox").joinpath("sample", "tenant.json")
    found: dict[str, Any] = orjson.loads(file.read_bytes())
    return found


def rows_of_the_sample(of: type[Resource]) -> int:
    """How many objects of the type stand in the sample tenant."""
    return sum(1 for row in sample_file()["resources"] if row["type"].lower() == of.ARM_TYPE.lower())


SUBSCRIPTIONS = "norrland-ai-prod", "norrland-hub"
AI_PROD = str(sample_file()["subscriptions"][0]["subscriptionId"])

_ACCESS = (RoleAssignment, PrincipalAssignment, RoleDefinition, DenyAssignment)
SERVICES: Mapping[str, tuple[Source, ...]] = {
    "cognitiveservices": cognitive.SOURCES,
    "search": search.SOURCES,
    "storage": storage.SOURCES,
    "network": network.SOURCES,
    "machinelearning": machine_learning.SOURCES,
    "authorization": closure(PACK.sources, _ACCESS),
    "web": web.SOURCES,
    "resources": (),
}
# Not in the table above: what these answer is as secret as anything, so a live tenant is never recorded.
DEEPER_SERVICES: Mapping[str, tuple[Source, ...]] = {
    "searchobjects": (search.SOURCES[0], *search_objects.SOURCES),
    "appsettings": (*web.SOURCES, *app_settings.SOURCES),
}
_DENIED_CHILD = {
    "cognitiveservices": "/accounts/oai-norrland-hr/privateEndpointConnections",
    "search": "/searchServices/srch-norrland-hr/sharedPrivateLinkResources",
    "storage": "/storageAccounts/stnorrlandhr/privateEndpointConnections",
    "network": "/privateEndpoints/pe-hr-blob/privateDnsZoneGroups",
    "machinelearning": "/workspaces/actuarial-ml/outboundRules",
    "authorization": "/roleDefinitions",
    "web": "/Microsoft.Web/sites",
    "resources": "/resourceGroups",
}
_FIRST_LIST = {
    "cognitiveservices": "Microsoft.CognitiveServices/accounts",
    "search": "Microsoft.Search/searchServices",
    "storage": "Microsoft.Storage/storageAccounts",
    "network": "Microsoft.Network/privateEndpoints",
    "machinelearning": "Microsoft.MachineLearningServices/workspaces",
    "authorization": "Microsoft.Authorization/denyAssignments",
    "web": "Microsoft.Web/sites",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One cassette. `faults` come before the tenant's own; `page_size` None is the tenant's own.

    `denied` are actions that the caller lacks beside all others.
    """

    service: str
    name: str
    subscriptions: tuple[str, ...] = SUBSCRIPTIONS[:1]
    management_group: str | None = None
    resource_groups: tuple[str, ...] = ()
    faults: tuple[Mapping[str, Any], ...] = ()
    page_size: int | None = None
    denied: tuple[str, ...] = ()

    @property
    def path(self) -> Path:
        return CASSETTES / self.service / f"{self.name}.yaml"

    @property
    def label(self) -> str:
        return f"{self.service}/{self.name}"

    def tenant(self) -> Tenant:
        sample = sample_file()
        sample["faults"] = [*self.faults, *sample["faults"]]
        sample["page_size"] = self.page_size or sample["page_size"]
        if self.denied:
            sample["permissions"] = [{"scope": "/", "actions": ["*"], "notActions": list(self.denied)}]
        return Tenant.from_json(sample)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    scope: Scope
    estate: Estate


async def read(readers: Readers, scenario: Scenario) -> Reading:
    """Resolve the scope and run the collectors of the scenario's service."""
    scope = await resolve(
        readers["arm"], scenario.subscriptions, scenario.management_group, scenario.resource_groups
    )
    tenants = {one.id: one.tenant_id for one in scope.visible}
    builder = EstateBuilder(next(iter(tenants.values())), [one.id for one in scope.audited], tenants)
    selection = Selection(declared=Declared(), all_resources=True, reach=REACH)
    sources = {**SERVICES, **DEEPER_SERVICES}[scenario.service]
    return Reading(scope=scope, estate=await collect(readers, sources, builder, selection))


def fault(path: str, status: int, **members: Any) -> Mapping[str, Any]:
    return {"path": path, "status": status, **members}


def _list_of(service: str, subscription: str = AI_PROD) -> str:
    """The pattern of the service's first list, without a filter, in one subscription."""
    return rf"^/subscriptions/{subscription}/providers/{_FIRST_LIST[service]}\?api-version"


def _usual(service: str) -> list[Scenario]:
    denied = fault(rf"{_DENIED_CHILD[service]}\?", 403)
    return [
        Scenario(service=service, name="listed", subscriptions=SUBSCRIPTIONS),
        Scenario(service=service, name="paged", page_size=2 if service != "authorization" else 7),
        Scenario(
            service=service,
            name="denied",
            subscriptions=("norrland-ai-prod", "norrland-legacy"),
            faults=(denied,),
        ),
        Scenario(service=service, name="throttled", faults=(_throttled(_list_of(service)),)),
    ]


def _throttled(path: str) -> Mapping[str, Any]:
    return fault(path, 429, headers={"Retry-After": "0"}, times=1)


def _with_link(service: str, link: str) -> Mapping[str, Any]:
    """A first page with a good row and a link."""
    wanted = _FIRST_LIST[service].lower()
    rows = [row for row in sample_file()["resources"] if row["type"].lower() == wanted]
    return fault(_list_of(service), 200, body={"value": rows[:1], "nextLink": link})


def _malformed_rows() -> Mapping[str, Any]:
    rows = [
        row for row in sample_file()["resources"] if row["type"] == "Microsoft.CognitiveServices/accounts"
    ]
    broken = {**rows[1], "properties": {**rows[1]["properties"], "publicNetworkAccess": 7}}
    body = {"value": [rows[0], "not an object", {"name": "no id"}, broken, *rows[2:]]}
    return fault(_list_of("cognitiveservices"), 200, body=body)


def _loop(service: str, api_version: str) -> Mapping[str, Any]:
    path = f"/subscriptions/{AI_PROD}/providers/{_FIRST_LIST[service]}"
    return _with_link(service, f"{ARM_URL}{path}?api-version={api_version}")


_NETWORK_INTERFACES = rf"^/subscriptions/{AI_PROD}/providers/Microsoft.Network/networkInterfaces\?"
_PROXY_PAGE = "<html><body><h1>Blocked by the proxy</h1></body></html>"

_ODD: Sequence[Scenario] = (
    Scenario(service="search", name="nextlink-loop", faults=(_loop("search", search.API_VERSION),)),
    Scenario(
        service="storage",
        name="other-host",
        faults=(_with_link("storage", f"{OUTSIDE}/subscriptions/{AI_PROD}/more"),),
    ),
    Scenario(service="network", name="html", faults=(fault(_NETWORK_INTERFACES, 200, body=_PROXY_PAGE),)),
    Scenario(service="cognitiveservices", name="malformed-element", faults=(_malformed_rows(),)),
    Scenario(
        service="machinelearning",
        name="never-registered",
        faults=(
            fault(
                _list_of("machinelearning"),
                409,
                code="MissingSubscriptionRegistration",
                message="The subscription is not registered to use namespace "
                "'Microsoft.MachineLearningServices'.",
            ),
        ),
    ),
    Scenario(
        service="web",
        name="error-in-200",
        faults=(
            fault(_list_of("web"), 200, body={"error": {"code": "InternalError", "message": "Try later."}}),
        ),
    ),
)
_GROUPS = ("rg-claims-chat", "rg-hub-dns")
_RESOURCES: Sequence[Scenario] = (
    Scenario(
        service="resources",
        name="listed",
        subscriptions=(),
        management_group="norrland-platform",
        resource_groups=_GROUPS,
    ),
    Scenario(
        service="resources",
        name="paged",
        subscriptions=SUBSCRIPTIONS,
        management_group="norrland-platform",
        resource_groups=_GROUPS,
        page_size=1,
    ),
    Scenario(
        service="resources",
        name="denied",
        subscriptions=("norrland-legacy",),
        resource_groups=("rg-claims-chat",),
    ),
    Scenario(
        service="resources", name="throttled", subscriptions=(), faults=(_throttled(r"^/subscriptions\?"),)
    ),
)


def _all() -> tuple[Scenario, ...]:
    usual = [one for service in SERVICES if service != "resources" for one in _usual(service)]
    return tuple(sorted((*usual, *_ODD, *_RESOURCES), key=lambda one: one.label))


SCENARIOS: Mapping[str, Scenario] = {one.label: one for one in _all()}
