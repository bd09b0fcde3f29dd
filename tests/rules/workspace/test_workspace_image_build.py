"""workspace-image-build."""

from __future__ import annotations

import pytest

from auditor.model.finding import ABSENT, Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.shared_services import REGISTRY
from auditor_rules.workspace.workspace_image_build import workspace_image_build
from tests.rules.cases import Case, Change
from tests.rules.workspace.runners import (
    DEPLOYMENT,
    ENDPOINT,
    HUB,
    PROJECT,
    TYPE,
    WORKSPACE,
    added,
    both,
    hub_and_project,
    put,
    refuse,
    refused_workspaces,
)

BUILD = "properties.imageBuildCompute"
ENVIRONMENT = "properties.environmentId"
OWN = f"{WORKSPACE}/environments/reserve-env/versions/3"
ACCESS = "properties.publicNetworkAccess"
ACTION = "properties.networkRuleSet.defaultAction"


def runs(environment: object, *, named: object = "cpu-build") -> Change:
    return both(put(DEPLOYMENT, (ENVIRONMENT, environment)), put(WORKSPACE, (BUILD, named)))


def project(of_hub: object) -> Change:
    """A project with a custom environment, below a hub that names this build compute."""
    endpoint = f"{PROJECT}/onlineEndpoints/flow"
    deployment = {"environmentId": f"{PROJECT}/environments/own/versions/1", "endpointComputeType": "Managed"}
    return both(
        hub_and_project,
        put(HUB, (BUILD, of_hub), ("properties.containerRegistry", REGISTRY)),
        added(f"{TYPE}/onlineEndpoints", endpoint, properties={"publicNetworkAccess": "Disabled"}),
        added(f"{TYPE}/onlineEndpoints/deployments", f"{endpoint}/deployments/blue", properties=deployment),
    )


def fails(name: str, change: Change, value: object, about: str = WORKSPACE) -> Case:
    return Case(
        name=name,
        about=about,
        status="fail",
        change=change,
        severity=Severity.MEDIUM,
        says="no compute is named to build images",
        seen=((BUILD, value), (ACCESS, "Disabled")),
    )


public = put(REGISTRY, (ACCESS, "Enabled"), (ACTION, "Allow"))
CASES = (
    Case(name="named", about=WORKSPACE, status="pass", change=runs(OWN), seen=((BUILD, "cpu-build"),)),
    Case(
        name="named-but-what-is-deployed-is-not-known",
        about=WORKSPACE,
        status="unknown",
        change=refuse("/deployments"),
        reason=Reason.NO_PERMISSION,
    ),
    fails("absent", runs(OWN, named=...), ABSENT),
    fails("null", runs(OWN, named=None), None),
    fails("empty", runs(OWN, named=""), ""),
    fails(
        "custom-of-another-registry",
        runs("azureml://registries/ours/environments/e/versions/1", named=None),
        None,
    ),
    Case(
        name="registry-with-rules",
        about=WORKSPACE,
        status="fail",
        change=both(runs(OWN, named=None), put(REGISTRY, (ACCESS, "Enabled"), (ACTION, "Deny"))),
        seen=((ACCESS, "Enabled"),),
    ),
    Case(name="project-with-its-hub-s-compute", about=PROJECT, status="pass", change=project("cpu-build")),
    *(
        Case(
            name=f"curated-{number}",
            about=WORKSPACE,
            status="not_applicable",
            change=runs(environment, named=None),
            reason=Reason.NOT_USED,
        )
        for number, environment in enumerate(
            (
                f"{WORKSPACE}/environments/AzureML-sklearn-1.5/versions/24",
                "azureml://registries/azureml/environments/minimal/versions/1",
                "AzureML://Registries/AzureML/environments/minimal/labels/latest",
                None,
                ...,
            )
        )
    ),
    Case(
        name="public-registry",
        about=WORKSPACE,
        status="not_applicable",
        change=both(runs(OWN, named=None), public),
        reason=Reason.PUBLIC_ACCESS_OPEN,
    ),
    Case(
        name="no-registry-yet",
        about=WORKSPACE,
        status="not_applicable",
        change=both(runs(OWN, named=None), put(WORKSPACE, ("properties.containerRegistry", None))),
        reason=Reason.NOT_USED,
    ),
    Case(
        name="registry-refused",
        about=WORKSPACE,
        status="unknown",
        change=both(runs(OWN, named=None), refuse("Microsoft.ContainerRegistry/registries")),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="registry-gone",
        about=WORKSPACE,
        status="unknown",
        change=both(runs(OWN, named=None), lambda world: world.drop(REGISTRY)),
        reason=Reason.HIDDEN,
    ),
    Case(
        name="deployments-refused",
        about=WORKSPACE,
        status="unknown",
        change=both(runs(OWN, named=None), refuse(f"{ENDPOINT}/deployments")),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="deployments-of-one-endpoint-refused",
        about=WORKSPACE,
        status="unknown",
        change=both(runs(OWN), refuse(f"{ENDPOINT}/deployments")),
    ),
    refused_workspaces(),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_workspace_image_build(case: Case) -> None:
    case.check(workspace_image_build)


def test_workspace_image_build_project_without_compute_mends_its_hub() -> None:
    case = Case(name="project", about=PROJECT, status="fail", change=project(None))
    remedy = case.check(workspace_image_build).remedy
    assert remedy is not None
    assert remedy.az is not None
    assert "--name hub-models --resource-group rg-actuarial-ml" in remedy.az
