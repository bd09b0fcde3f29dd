"""workspace-curated-model-fqdns."""

from __future__ import annotations

import pytest

from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.company import ACTUARIAL
from auditor.sandbox.sample.learning_endpoints import SUMMARY
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor_rules.workspace.destinations import CURATED, IMAGE_TAG
from auditor_rules.workspace.workspace_curated_model_fqdns import workspace_curated_model_fqdns
from tests.rules.cases import Case, Change
from tests.rules.workspace.networks import (
    HUB,
    MODE,
    PROJECT,
    RULES,
    STATUS,
    SUBSCRIPTION,
    both,
    deployed,
    hub_and_project,
    put,
    refuse,
    rule,
)
from tests.rules.world import World, company, mended

DEPLOYMENT = f"{SUMMARY}/deployments/blue"
MODEL = "properties.model"
LAST = f"{RULES}/curated-{len(CURATED.hosts) - 1}"
APEX = CURATED.hosts[-1]


def used(model: object) -> Change:
    return lambda world: world.put(DEPLOYMENT, MODEL, model)


def on_last(path: str, value: object) -> Change:
    """The rule for the last host of the list."""
    return lambda world: world.put(LAST, path, value)


def without_last(world: World) -> None:
    world.drop(LAST)


def tag_status(status: object) -> Change:
    def change(world: World) -> None:
        for one in world.tenant["resources"]:
            if one["id"].startswith(f"{RULES}/__SYS_ST_{IMAGE_TAG}"):
                one["properties"]["status"] = status

    return change


def without_image_tag(world: World) -> None:
    rules = [one["id"] for one in world.tenant["resources"]]
    world.drop(*(rid for rid in rules if rid.startswith(f"{RULES}/__SYS_ST_{IMAGE_TAG}")))


def not_built(world: World) -> None:
    """As before the first compute: every rule is there and inactive."""
    world.put(WORKSPACE, STATUS, "Inactive")
    for one in world.tenant["resources"]:
        if one["id"].startswith(f"{RULES}/"):
            one["properties"]["status"] = "Inactive"


CASES = (
    Case(name="all-admitted", about=WORKSPACE, status="pass", says=f"{len(CURATED.hosts)} hosts"),
    Case(
        name="host-in-another-case",
        about=WORKSPACE,
        status="pass",
        change=on_last("properties.destination", f"{APEX.upper()}."),
    ),
    Case(
        name="one-missing",
        about=WORKSPACE,
        status="fail",
        severity=Severity.MEDIUM,
        change=without_last,
        says=f"no active rule admits {APEX}",
    ),
    Case(
        name="wildcard-does-not-admit-its-apex",
        about=WORKSPACE,
        status="fail",
        change=without_last,
        says=f"a rule for *.{APEX} does not admit {APEX} itself",
    ),
    *(
        Case(
            name=f"rule-{status}".lower(),
            about=WORKSPACE,
            status="fail",
            change=on_last("properties.status", status),
        )
        for status in ("Inactive", "Failed", "Deleting", None)
    ),
    Case(
        name="rule-provisioning",
        about=WORKSPACE,
        status="unknown",
        change=on_last("properties.status", "Provisioning"),
        reason=Reason.AMBIGUOUS,
    ),
    Case(name="not-built-yet", about=WORKSPACE, status="unknown", change=not_built, reason=Reason.AMBIGUOUS),
    Case(
        name="not-built-yet-and-one-missing",
        about=WORKSPACE,
        status="fail",
        change=both(not_built, without_last),
        says=f"no active rule admits {APEX}",
    ),
    Case(
        name="images-failed",
        about=WORKSPACE,
        status="fail",
        change=tag_status("Failed"),
        says=IMAGE_TAG,
    ),
    Case(name="images-missing", about=WORKSPACE, status="fail", change=without_image_tag, says=IMAGE_TAG),
    Case(
        name="images-provisioning",
        about=WORKSPACE,
        status="unknown",
        change=tag_status("Provisioning"),
        reason=Reason.AMBIGUOUS,
    ),
    Case(
        name="rules-refused",
        about=WORKSPACE,
        status="unknown",
        change=refuse("/outboundRules"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="deployments-refused",
        about=WORKSPACE,
        status="unknown",
        change=refuse("/deployments"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="endpoints-refused",
        about=WORKSPACE,
        status="unknown",
        change=refuse("/onlineEndpoints"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="rule-status-odd",
        about=WORKSPACE,
        status="unknown",
        change=on_last("properties.status", "Dreaming"),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    Case(
        name="refused",
        about=SUBSCRIPTION,
        status="unknown",
        change=refuse("MachineLearningServices/workspaces\\?"),
        reason=Reason.NO_PERMISSION,
    ),
    *(
        Case(
            name=f"registry-{number}",
            about=WORKSPACE,
            status="fail",
            change=both(used(model), without_last),
            seen=((MODEL, model),),
        )
        for number, model in enumerate(
            ("AZUREML://registries/AzureML/models/m/versions/1", "azureml://registries/azureml-msr/models/m")
        )
    ),
    *(
        Case(
            name=f"no-use-{number}",
            about=WORKSPACE,
            status="not_applicable",
            change=both(used(model), without_last),
            reason=Reason.NOT_USED,
        )
        for number, model in enumerate(
            (None, f"{WORKSPACE}/models/m/versions/1", "azureml://registries/HuggingFace/models/m/versions/1")
        )
    ),
    Case(
        name="meta-only",
        about=WORKSPACE,
        status="not_applicable",
        change=both(used("azureml://registries/azureml-meta/models/m/versions/1"), without_last),
        says="Meta",
    ),
    Case(
        name="internet",
        about=WORKSPACE,
        status="not_applicable",
        change=both(put(MODE, "AllowInternetOutbound"), without_last),
        reason=Reason.SERVED_OTHERWISE,
    ),
    Case(
        name="no-managed-network",
        about=WORKSPACE,
        status="not_applicable",
        change=put(MODE, "Disabled"),
        reason=Reason.NOT_USED,
    ),
    Case(
        name="deployment-of-a-project",
        about=HUB,
        status="fail",
        change=both(
            hub_and_project, deployed("azureml://registries/azureml/models/m/versions/1", below=PROJECT)
        ),
        says=APEX,
    ),
    Case(
        name="project",
        about=PROJECT,
        status="not_applicable",
        change=hub_and_project,
        reason=Reason.SERVED_OTHERWISE,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_workspace_curated_model_fqdns(case: Case) -> None:
    case.check(workspace_curated_model_fqdns)


def test_sample_company_lacks_every_host_and_gets_a_command_for_each() -> None:
    (result,) = company().judge(workspace_curated_model_fqdns, within=ACTUARIAL)
    assert result.remedy is not None
    commands = (result.remedy.az or "").split(" && ")
    assert [one.rsplit(" ", 1)[1].strip("'") for one in commands] == list(CURATED.hosts)
    names = [one.split("--rule ")[1].split()[0] for one in commands]
    assert len(set(names)) == len(names)


def test_remedy_overwrites_no_rule_that_admits_another_host() -> None:
    world = mended()
    without_last(world)
    rule(APEX.replace(".", "-"), destination="another.example.com")(world)
    (result,) = world.judge(workspace_curated_model_fqdns, within=ACTUARIAL)
    assert result.remedy is not None
    assert f"--rule {APEX.replace('.', '-')}-2 " in (result.remedy.az or "")


def test_remedy_sets_the_broken_rule_of_the_host_again() -> None:
    world = mended()
    world.put(LAST, "properties.status", "Failed")
    (result,) = world.judge(workspace_curated_model_fqdns, within=ACTUARIAL)
    assert result.remedy is not None
    assert f"--rule {LAST.rsplit('/', 1)[1]} " in (result.remedy.az or "")
