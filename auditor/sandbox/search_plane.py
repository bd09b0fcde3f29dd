"""The search services' own endpoints: their objects, to who has a token for them and the action."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from auditor.sandbox.caller import Caller
from auditor.sandbox.entra import access_token
from auditor.sandbox.inventory import Inventory
from auditor.sandbox.request import Request
from auditor.sandbox.responses import (
    ArmResponse,
    error,
    json_response,
    method_not_allowed,
    unauthorized,
)
from auditor.sandbox.tenant import SEARCH_COLLECTIONS, Tenant

_TYPE = "microsoft.search/searchservices"
_HOST = re.compile(r"https://([a-z0-9-]+)\.search\.", re.IGNORECASE)
# What may not be seen, for whichever cause, is answered without a word.
_FORBIDDEN = ArmResponse(status=403)


class SearchPlane:
    """Answers for every search service of one tenant."""

    def __init__(self, tenant: Tenant, inventory: Inventory, caller: Caller) -> None:
        self._tenant_id = tenant.tenant_id
        self._token = access_token(tenant, "https://search.azure.com/.default")
        self._objects = tenant.search_objects
        self._inventory = inventory
        self._caller = caller

    def addressed(self, request: Request) -> Request | None:
        """The request with the service's id before its path, as faults and permissions name what is asked
        for; None where it is for no search service."""
        host = _HOST.match(request.base)
        if host is None:
            return None
        found = (
            row["id"] for row in self._inventory.of_type(_TYPE) if row["name"].lower() == host[1].lower()
        )
        return replace(request, path=f"{next(found, f'/{host[1]}')}{request.path}")

    def answer(self, request: Request) -> ArmResponse:
        """`request` as `addressed` gives it. Resource Manager's own token is no token here."""
        if request.bearer_token != self._token:
            has_token = request.bearer_token is not None
            return unauthorized(request.base, self._tenant_id, has_token)
        path = request.arm_path
        service = self._inventory.get(path.parent)
        if request.method not in ("GET", "HEAD"):
            return method_not_allowed(request.method)
        if service is None or not path.is_collection:
            return error(404, "", "The sandbox lists the collections of search services alone.")
        if not _takes_tokens(service) or self._caller.refusal(request.method, path) is not None:
            return _FORBIDDEN
        collection = path.types[-1].lower()
        if not request.parameter("api-version") or collection not in SEARCH_COLLECTIONS:
            return error(400, "", "The request is invalid: it names no api-version, or no collection.")
        rows = self._objects.get(path.parent.lower(), {}).get(collection, ())
        context = f"{request.base}/$metadata#{collection}"
        return json_response({"@odata.context": context, "value": list(rows)})


def _takes_tokens(service: Mapping[str, Any]) -> bool:
    properties = service.get("properties") or {}
    return bool(properties.get("disableLocalAuth") or "aadOrApiKey" in (properties.get("authOptions") or {}))
