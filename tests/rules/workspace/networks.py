"""Changes of the sample workspace that several of its rules are judged by."""

from __future__ import annotations

from typing import Any

from auditor.sandbox.sample.company import AI_PROD
from auditor.sandbox.sample.machine_learning import WORKSPACE
from tests.rules.cases import Change
from tests.rules.world import World

TYPE = "Microsoft.MachineLearningServices/workspaces"
GROUP = WORKSPACE.split("/providers/")[0]
HUB = f"{GROUP}/providers/{TYPE}/hub-models"
PROJECT = f"{GROUP}/providers/{TYPE}/project-pricing"
SUBSCRIPTION = f"/subscriptions/{AI_PROD}"
SUBNET = f"{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/ml"
MODE = "properties.managedNetwork.isolationMode"
STATUS = "properties.managedNetwork.status.status"
RULES = f"{WORKSPACE}/outboundRules"


def put(path: str, value: object) -> Change:
    """One property of the workspace."""
    return lambda world: world.put(WORKSPACE, path, value)


def cut(path: str) -> Change:
    return lambda world: world.cut(WORKSPACE, path)


def refuse(pattern: str) -> Change:
    return lambda world: world.refuse(pattern)


def both(*changes: Change) -> Change:
    def change(world: World) -> None:
        for one in changes:
            one(world)

    return change


def body(rid: str, **properties: object) -> dict[str, Any]:
    """A child of a workspace, or of its endpoint."""
    _, below, *_ = rid.split("/workspaces/")[1].split("/")
    kind = f"{TYPE}/{below}"
    if "/deployments/" in rid:
        kind = f"{kind}/deployments"
    return {"id": rid, "name": rid.rsplit("/", 1)[1], "type": kind, "properties": properties}


def rule(name: str, **properties: object) -> Change:
    """One more outbound rule, active and user-defined where nothing else is said."""
    stated = {"type": "FQDN", "category": "UserDefined", "status": "Active", **properties}
    return lambda world: world.add(body(f"{RULES}/{name}", **stated))


def compute(kind: str, **properties: object) -> Change:
    rid = f"{WORKSPACE}/computes/more-{kind.lower()}"
    return lambda world: world.add(body(rid, computeType=kind, properties=properties))


def deployed(model: object, kind: object = "Managed", below: str = WORKSPACE) -> Change:
    """One more online endpoint with one deployment."""
    endpoint = f"{below}/onlineEndpoints/more"
    stated = {"model": model, "endpointComputeType": kind}

    def change(world: World) -> None:
        world.add(body(endpoint, publicNetworkAccess="Disabled", authMode="AADToken"))
        world.add(body(f"{endpoint}/deployments/green", **stated))

    return change


def hub_and_project(world: World) -> None:
    """A hub like the workspace, and a project below it that states nothing of its own network."""
    like = world.body(WORKSPACE)
    properties = {**like["properties"], "storageAccount": None, "keyVault": None, "containerRegistry": None}
    world.add({**like, "id": HUB, "name": "hub-models", "kind": "Hub", "properties": properties})
    below = {
        "hubResourceId": HUB.upper().replace("/SUBSCRIPTIONS", "/subscriptions"),
        "provisioningState": "Succeeded",
    }
    world.add({**like, "id": PROJECT, "name": "project-pricing", "kind": "Project", "properties": below})
