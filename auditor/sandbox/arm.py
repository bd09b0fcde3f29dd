"""An Azure Resource Manager made of one tenant file: requests in, answers out, no I/O and no clock.

The tenant file never changes; what is written changes this one Arm.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from auditor.sandbox import app_settings, responses
from auditor.sandbox.authorization import ASSIGNMENT_TYPES, ROLE_DEFINITIONS, Authorization
from auditor.sandbox.caller import Caller
from auditor.sandbox.entra import Entra, access_token
from auditor.sandbox.events import Events
from auditor.sandbox.faults import Faults
from auditor.sandbox.filters import Filter, FilterError, parse_filter
from auditor.sandbox.inventory import Inventory, Order, arranged, stated
from auditor.sandbox.long_running import Operations
from auditor.sandbox.management_groups import ManagementGroups
from auditor.sandbox.paging import page
from auditor.sandbox.request import LoggedRequest, Request
from auditor.sandbox.responses import ArmResponse, json_response
from auditor.sandbox.scopes import ArmPath, key
from auditor.sandbox.script import Change
from auditor.sandbox.search_plane import SearchPlane
from auditor.sandbox.tenant import Tenant
from auditor.sandbox.writes import Writes

_GUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_MANAGEMENT_GROUPS = "microsoft.management/managementgroups"
_PERMISSIONS = "microsoft.authorization/permissions"
_RESOURCE_FILTERS = frozenset(("resourcetype", "resourcegroup", "name", "location"))
# https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling
_SUBSCRIPTION_READS_LEFT = "249"

_Handler = Callable[[Request, ArmPath], ArmResponse]


class Arm:
    """Answers requests for one tenant.

    `order` arranges every collection: as in the file, reversed, or shuffled by a seed. `log` holds every
    request in the order of arrival, writes with what they sent. The same requests in the same order always
    get the same answers.
    """

    def __init__(self, tenant: Tenant, order: Order = "as-is") -> None:
        self.tenant = tenant
        self.log: list[LoggedRequest] = []
        self._order = order
        self._token = access_token(tenant)
        self._entra = Entra(tenant)
        self._faults = Faults(tenant)
        self._inventory = Inventory(tenant, order)
        self._groups = ManagementGroups(tenant)
        self._authorization = Authorization(tenant, self._inventory, self._groups)
        self._subscriptions = {entry["subscriptionId"].lower(): entry for entry in tenant.subscriptions}
        self._collections: dict[str, Sequence[object]] = {}
        self._events = Events(tenant)
        self._operations = Operations(tenant.long_running)
        self._caller = Caller(tenant, self._authorization.contains)
        self._search = SearchPlane(tenant, self._inventory, self._caller)
        self._writes = Writes(
            tenant.tenant_id,
            self._inventory,
            self._authorization,
            self._operations,
            self.change,
        )
        self._methods: Mapping[str, _Handler] = {
            **dict.fromkeys(("GET", "HEAD"), self._get),
            **dict.fromkeys(("PUT", "PATCH", "DELETE"), self._write),
            "POST": self._post,
        }

    def handle(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> ArmResponse:
        """Answer one request. `url` is absolute or starts at the path; links lead back to its own host.

        Raises ConnectionDropped where the tenant file wants no answer.
        """
        sent = Request.decode(method, url, headers, body)
        inner = self._search.addressed(sent)
        request = inner or sent
        self.log.append(request.logged())
        try:
            answered = self._answer(sent) if inner is None else self._answer_inside(inner)
        finally:
            for change in self._events.due_after(request):
                self.change(change)
        return ArmResponse(
            status=answered.status,
            headers={**self._common_headers(request), **answered.headers},
            body=b"" if request.method == "HEAD" else answered.body,
        )

    def change(self, change: Change) -> None:
        """Make a change as if somebody else had made it."""
        self._inventory.apply(change)
        self._collections.clear()

    def resource(self, resource_id: str) -> Mapping[str, Any] | None:
        """An object as it is now, without a request; None where it is not there."""
        return self._inventory.get(resource_id)

    def _answer(self, request: Request) -> ArmResponse:
        refused = self._unauthorized(request)
        if refused is not None:
            return refused
        fault = self._faults.striking(request)
        if fault is not None and not fault.is_late:
            return self._faults.response(fault, request)
        answered = self._entra.answer(request) or self._resource_manager(request)
        return self._faults.response(fault, request) if fault is not None else answered

    def _answer_inside(self, request: Request) -> ArmResponse:
        """The answer of a search service."""
        fault = self._faults.striking(request)
        return self._search.answer(request) if fault is None else self._faults.response(fault, request)

    def _unauthorized(self, request: Request) -> ArmResponse | None:
        """401 for a caller without the token; None for one with it, and for the sign-in itself."""
        if request.bearer_token == self._token or self._entra.answer(request) is not None:
            return None
        subscription = self._subscriptions.get((request.arm_path.subscription_id or "").lower(), {})
        tenant_id = subscription.get("tenantId", self.tenant.tenant_id)
        return responses.unauthorized(request.base, tenant_id, request.bearer_token is not None)

    def _resource_manager(self, request: Request) -> ArmResponse:
        path = request.arm_path
        handler = self._methods.get(request.method)
        if handler is None:
            return responses.method_not_allowed(request.method)
        if not request.parameter("api-version"):
            return responses.missing_api_version()
        try:
            return handler(request, path)
        except FilterError as failure:
            return responses.error(400, "UnsupportedQuery", f"The filter '{failure}' is not supported.")

    def _common_headers(self, request: Request) -> dict[str, str]:
        number = len(self.log)
        headers = {
            "Cache-Control": "no-cache",
            "x-ms-request-id": f"00000000-0000-4000-8000-{number:012x}",
            "x-ms-correlation-request-id": f"00000000-0000-4000-9000-{number:012x}",
        }
        if request.arm_path.subscription_id:
            headers["x-ms-ratelimit-remaining-subscription-reads"] = _SUBSCRIPTION_READS_LEFT
        return headers

    def _post(self, request: Request, path: ArmPath) -> ArmResponse:
        if path.resource_type.lower() == "microsoft.resourcegraph/resources" and not path.scope:
            return responses.error(501, "NotImplemented", "The sandbox has no Azure Resource Graph.")
        if app_settings.is_list(path):
            answered = app_settings.answer(self.tenant, self._inventory, self._caller, path)
            return self._scope_refusal(path) or answered
        return self._write(request, path)

    def _write(self, request: Request, path: ArmPath) -> ArmResponse:
        if self._writes.handler(request.method, path) is None:
            return responses.method_not_allowed(request.method)
        refusal = self._scope_refusal(path) or self._caller.refusal(request.method, path)
        return refusal or self._writes.answer(request, path)

    def _get(self, request: Request, path: ArmPath) -> ArmResponse:
        refusal = self._scope_refusal(path)
        if refusal is not None:
            return refusal
        if not path.namespace:
            return self._container(request, path)
        if not path.rest:
            return responses.resource_not_found(path)
        polled = self._operations.answer(path)
        if polled is not None:
            return polled
        resource_type = path.resource_type.lower()
        if resource_type.startswith(_MANAGEMENT_GROUPS) and not path.scope:
            return self._management_group(request, path)
        if path.is_collection:
            return self._collection(request, path)
        if resource_type == ROLE_DEFINITIONS:
            definition = self._authorization.definition(path.scope, path.names[0])
            return json_response(definition) if definition else responses.resource_not_found(path)
        return self._resource(path)

    def _scope_refusal(self, path: ArmPath) -> ArmResponse | None:
        """The error for a subscription or resource group that is not there; None when the scope is good."""
        subscription_id = path.subscription_id
        if subscription_id is None:
            return None
        if not _GUID.fullmatch(subscription_id):
            message = f"The provided subscription identifier '{subscription_id}' is malformed or invalid."
            return responses.error(400, "InvalidSubscriptionId", message)
        if subscription_id.lower() not in self._subscriptions:
            return responses.subscription_not_found(subscription_id)
        group = path.resource_group
        if group and not self._inventory.exists(f"/subscriptions/{subscription_id}/resourceGroups/{group}"):
            return responses.resource_group_not_found(group)
        return None

    def _container(self, request: Request, path: ArmPath) -> ArmResponse:
        """Routes without a provider: subscriptions, resource groups, and what they hold."""
        segments = tuple(segment.lower() for segment in path.scope_segments)
        match segments:
            case ("subscriptions",):
                return self._page(
                    request, lambda: self._ordered(map(_subscription, self._subscriptions.values()))
                )
            case ("subscriptions", subscription_id):
                return json_response(_subscription(self._subscriptions[subscription_id]))
            case ("subscriptions", _, "resourcegroups"):
                groups = "Microsoft.Resources/resourceGroups"
                return self._page(
                    request, lambda: self._wired(self._inventory.of_type(groups, path.parent_scope))
                )
            case ("subscriptions", _, "resources") | ("subscriptions", _, "resourcegroups", _, "resources"):
                query = parse_filter(request.parameter("$filter"))
                return self._page(request, lambda: self._generic_resources(path, query))
            case _:
                return self._resource(path)

    def _generic_resources(self, path: ArmPath, query: Filter) -> list[Mapping[str, Any]]:
        query.refuse_unknown(frozenset(), _RESOURCE_FILTERS)
        return [
            generic
            for generic in self._inventory.generic(path.parent_scope)
            if all(stated(generic, name).lower() == value.lower() for name, value in query.equals.items())
        ]

    def _management_group(self, request: Request, path: ArmPath) -> ArmResponse:
        if not path.names:
            return self._page(request, lambda: self._ordered(self._groups.summaries()), "@nextLink")
        group = self._groups.get(path.names[0])
        if group is None:
            return responses.error(404, "NotFound", f"'{path.full}' not found")
        if path.types[1:] == ():
            with_children = (request.parameter("$expand") or "").lower() == "children"
            recurse = (request.parameter("$recurse") or "").lower() == "true"
            return json_response(self._groups.body(group, with_children=with_children, recurse=recurse))
        if [name.lower() for name in path.types[1:]] == ["descendants"] and path.is_collection:
            return self._page(request, lambda: self._ordered(self._groups.descendants(group)))
        return responses.invalid_resource_type(path, request.parameter("api-version") or "")

    def _collection(self, request: Request, path: ArmPath) -> ArmResponse:
        resource_type = path.resource_type.lower()
        authorization, scope = self._authorization, path.scope
        query = parse_filter(request.parameter("$filter"))
        if resource_type == _PERMISSIONS:
            return self._page(request, lambda: self._caller.permissions(scope))
        if resource_type in ASSIGNMENT_TYPES:
            return self._page(
                request, lambda: self._wired(authorization.assignments(resource_type, scope, query))
            )
        if resource_type == ROLE_DEFINITIONS:
            return self._page(request, lambda: authorization.definitions(scope, query))
        if not self._inventory.knows_type(resource_type):
            return responses.invalid_resource_type(path, request.parameter("api-version") or "")
        if (path.names or path.scope_is_resource) and not self._inventory.exists(path.parent):
            return responses.parent_not_found(path)
        return self._page(request, lambda: self._wired(self._inventory.listed(path)))

    def _resource(self, path: ArmPath) -> ArmResponse:
        self._operations.look_at(key(path.full))
        found = self._inventory.get(path.full)
        return json_response(self._inventory.wire(found)) if found else responses.resource_not_found(path)

    def _wired(self, found: Iterable[Mapping[str, Any]]) -> list[object]:
        return [self._inventory.wire(resource) for resource in found]

    def _ordered(self, found: Iterable[object]) -> list[object]:
        return arranged(found, self._order)

    def _page(
        self, request: Request, collect: Callable[[], Sequence[object]], link: str = "nextLink"
    ) -> ArmResponse:
        # Every page of a long list would filter the whole tenant again.
        if request.collection not in self._collections:
            self._collections[request.collection] = collect()
        return page(request, self._collections[request.collection], self.tenant.page_size, link)


def _subscription(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "id": f"/subscriptions/{entry['subscriptionId']}",
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
        "subscriptionPolicies": {"spendingLimit": "Off"},
        **entry,
    }
