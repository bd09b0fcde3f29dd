"""What runs in the sample workspace, changed: computes, endpoints, clusters with their extension."""

from __future__ import annotations

from typing import Any

from auditor.model.declared import Declared, DeclaredWorkload
from auditor.sandbox.sample.company import AI_PROD, LOCATION
from auditor.sandbox.sample.learning_dependencies import STORAGE
from auditor.sandbox.sample.machine_learning import WORKSPACE
from tests.rules.cases import Case, Change
from tests.rules.workspace.networks import GROUP, HUB, MODE, PROJECT, both, hub_and_project
from tests.rules.world import World

SUBSCRIPTION = f"/subscriptions/{AI_PROD}"
TYPE = "Microsoft.MachineLearningServices/workspaces"
CLUSTER = f"{WORKSPACE}/computes/cpu-build"
INSTANCE = f"{WORKSPACE}/computes/ci-ingrid"
ENDPOINT = f"{WORKSPACE}/onlineEndpoints/reserve-forecast"
DEPLOYMENT = f"{ENDPOINT}/deployments/blue"
AKS = f"{GROUP}/providers/Microsoft.ContainerService/managedClusters/aks-models"
EXTENSION = f"{AKS}/providers/Microsoft.KubernetesConfiguration/extensions/azureml"
KUBERNETES = f"{WORKSPACE}/computes/k8s-models"

__all__ = ["GROUP", "HUB", "MODE", "PROJECT", "STORAGE", "WORKSPACE", "both", "hub_and_project"]


def put(rid: str, *stated: tuple[str, object]) -> Change:
    """Set properties of one object; `...` as the value takes the property away."""

    def change(world: World) -> None:
        for path, value in stated:
            if value is ...:
                world.cut(rid, path)
            else:
                world.put(rid, path, value)

    return change


def refuse(pattern: str) -> Change:
    return lambda world: world.refuse(pattern)


def refused_workspaces() -> Case:
    """Where workspaces cannot be listed, what lies below them is unknown, not absent."""
    return Case(
        name="workspaces-refused",
        about=SUBSCRIPTION,
        status="unknown",
        change=refuse(rf"{SUBSCRIPTION}/providers/{TYPE}\?"),
        says=f"{TYPE}/read",
    )


def added(of: str, rid: str, **members: Any) -> Change:
    """One more object."""
    body = {"id": rid, "name": rid.rsplit("/", 1)[1], "type": of, **members}
    return lambda world: world.add(body)


def attached(kind: str, resource: str | None) -> Change:
    """One more compute that stands outside the workspace."""
    stated: dict[str, Any] = {
        "computeType": kind,
        "resourceId": resource,
        "isAttachedCompute": True,
        "properties": {},
    }
    return added(f"{TYPE}/computes", KUBERNETES, location=LOCATION, properties=stated)


def identity(rid: str, principal: str | None = "11111111-2222-4333-8444-555555555555") -> Change:
    """The object has a system-assigned identity."""
    return put(rid, ("identity", {"type": "SystemAssigned", "principalId": principal}))


def workload(kind: str = "prompt-flow") -> Declared:
    named = DeclaredWorkload(name="models", kind=kind, workspace=(WORKSPACE,))  # type: ignore[arg-type]
    return Declared(workloads=(named,))
