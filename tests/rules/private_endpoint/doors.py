"""Requests at the doors of the sample company: made, changed, and found again by id."""

from __future__ import annotations

from typing import Any

from auditor.sandbox.sample.company import STRANGER, child, within
from auditor.sandbox.sample.endpoints import SPOKE, connection
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI, CLAIMS_SEARCH, HR_STORAGE
from tests.rules.world import World

RETIRED = "812f15d0-6b38-42a1-a3cf-fa00794f528b"
OTHER_TENANT = "0b1c2d3e-4f50-4162-8374-95a6b7c8d9e0"
AI_PROD = CLAIMS_OPENAI.split("/")[2]
NETWORK = SPOKE.split("/providers/")[0]
NONCE = "srch-norrland-claims indexers, 5b1f0c9e-7a43-4d28-9e61-c0d2f4a7b835"
STATUS = "properties.privateLinkServiceConnectionState.status"
ENDPOINT_ID = "properties.privateEndpoint.id"
STATE = "properties.provisioningState"


def group_of(target: str) -> str:
    if "CognitiveServices" in target:
        return "account"
    return "searchService" if "Search" in target else "blob"


def endpoint_id(subscription: str, name: str) -> str:
    return within(
        f"/subscriptions/{subscription}/resourceGroups/rg", "Microsoft.Network/privateEndpoints", name
    )


def ours(name: str) -> str:
    """One of the company's own endpoints."""
    return within(NETWORK, "Microsoft.Network/privateEndpoints", name)


def at(target: str, seed: str) -> str:
    """The id of a connection: that of our endpoint of this name, or of a knock with this seed."""
    found: str = connection(target, group_of(target), "", state={}, seed=seed)["id"]
    return found


def knock(
    world: World,
    target: str = CLAIMS_OPENAI,
    subscription: str = STRANGER,
    *,
    seed: str = "knock",
    status: str = "Pending",
    says: str = "please",
    endpoint: str | None = None,
) -> World:
    """Add a connection to a target that comes from an endpoint of this subscription."""
    state = {"status": status, "description": says, "actionsRequired": "None"}
    named = endpoint or endpoint_id(subscription, seed)
    return world.add(connection(target, group_of(target), named, state=state, seed=seed))


def show(world: World, subscription: str, tenant_id: str | None) -> World:
    """Let the credential see a subscription, as a delegation does."""
    found = {
        "subscriptionId": subscription,
        "displayName": "shown",
        "state": "Enabled",
        "tenantId": tenant_id,
    }
    world.tenant["subscriptions"].append(found)
    world.selected = (AI_PROD, world.tenant["subscriptions"][1]["subscriptionId"])
    return world


def both_sides(world: World, target: str, name: str, status: str, here: str | None = None) -> World:
    """Set the status of one of our endpoints on the target and on the endpoint itself."""
    world.put(at(target, name), STATUS, status)
    request(world, name)["privateLinkServiceConnectionState"]["status"] = here or status
    return world


def request(world: World, name: str) -> dict[str, Any]:
    """The one request of an endpoint of ours."""
    properties = world.body(ours(name))["properties"]
    lists = (properties["privateLinkServiceConnections"], properties["manualPrivateLinkServiceConnections"])
    found: dict[str, Any] = next(rows[0] for rows in lists if rows)["properties"]
    return found


def link(world: World, name: str, target: str, group: str, status: str, message: str) -> World:
    """Give the claims search service a shared private link."""
    rid = child(CLAIMS_SEARCH, "sharedPrivateLinkResources", name)
    properties = {
        "privateLinkResourceId": target,
        "groupId": group,
        "requestMessage": message,
        "status": status,
        "provisioningState": "Succeeded",
    }
    return world.add({"id": rid, "name": name, "type": "x", "properties": properties} | _typed(rid))


def rule_status(world: World, workspace: str, name: str, status: str) -> World:
    return world.put(child(workspace, "outboundRules", name), "properties.status", status)


def _typed(rid: str) -> dict[str, str]:
    return {"type": "Microsoft.Search/searchServices/sharedPrivateLinkResources", "id": rid}


HR_BLOB = at(HR_STORAGE, "pe-hr-blob")
