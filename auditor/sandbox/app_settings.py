"""The settings of sites, which ARM lists to who may, by an action of their own."""

from __future__ import annotations

from auditor.sandbox import responses
from auditor.sandbox.caller import Caller
from auditor.sandbox.inventory import Inventory
from auditor.sandbox.responses import ArmResponse, json_response
from auditor.sandbox.scopes import ArmPath, key, parse_path
from auditor.sandbox.tenant import Tenant

_LIST = "/config/appsettings/list"


def is_list(path: ArmPath) -> bool:
    return path.full.lower().endswith(_LIST)


def answer(tenant: Tenant, inventory: Inventory, caller: Caller, path: ArmPath) -> ArmResponse:
    """What POST to such a path is answered with."""
    site = path.full[: -len(_LIST)]
    refusal = caller.refusal("POST", path)
    if refusal is not None:
        return refusal
    if inventory.get(site) is None:
        return responses.resource_not_found(parse_path(site))
    return json_response(
        {
            "id": f"{site}/config/appsettings",
            "name": "appsettings",
            "type": "Microsoft.Web/sites/config",
            "properties": tenant.app_settings.get(key(site), {}),
        }
    )
