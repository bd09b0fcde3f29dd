"""lifecycle-retired-features."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from auditor import engine
from auditor.model.declared import Declared, DeclaredWorkload
from auditor.model.finding import Confidence, Severity
from auditor.model.reasons import Reason
from auditor.model.result import Result
from auditor.relate.workloads import discover
from auditor.rule import View
from auditor.sandbox.sample import agents
from auditor.sandbox.sample.company import child
from auditor.sandbox.sample.fraud_hub import PROJECT
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI, CLAIMS_SEARCH, HR_OPENAI
from auditor.sandbox.sample.private_app import OPENAI
from auditor_rules.lifecycle.features import ON_YOUR_DATA, PROMPT_FLOW, SDK_V1, Feature
from auditor_rules.lifecycle.lifecycle_retired_features import lifecycle_retired_features
from tests.rules.cases import Case
from tests.rules.world import World, mended

SUBSCRIPTION = OPENAI.split("/resourceGroups")[0]
LEGACY_MODE = "properties.v1LegacyMode"


def legacy(world: World, value: object = True) -> None:
    world.put(WORKSPACE, LEGACY_MODE, value)


def without_flows(world: World) -> None:
    world.drop(child(WORKSPACE, "datastores", "workspaceworkingdirectory"))


def declared(*search: str) -> Declared:
    found = DeclaredWorkload(name="mine", kind="on-your-data", openai=(CLAIMS_OPENAI,), search=search)
    return Declared(workloads=(found,), discover=False)


def only_suggested(world: World) -> None:
    """Nothing but one resource group holds the account and the search service together."""
    telling = ("roleassignments", "sharedprivatelinkresources", "/connections", "/privateendpoints")
    world.tenant["resources"] = [
        found for found in world.tenant["resources"] if not found["type"].lower().endswith(telling)
    ]
    world.drop(WORKSPACE)


CASES = (
    Case(name="nothing", about=OPENAI, status="pass"),
    Case(name="agents", about=agents.ACCOUNT, status="pass"),
    Case(name="workspace-without-flows", about=WORKSPACE, status="pass", change=without_flows),
    Case(
        name="on-your-data",
        about=CLAIMS_OPENAI,
        status="fail",
        severity=Severity.LOW,
        says="retires on 2026-10-14",
    ),
    Case(
        name="prompt-flow",
        about=WORKSPACE,
        status="fail",
        severity=Severity.LOW,
        says="frozen since 2026-04-20",
        seen=(("properties.datastoreType", "AzureFile"),),
    ),
    Case(
        name="prompt-flow-and-sdk-v1",
        about=WORKSPACE,
        status="fail",
        change=legacy,
        severity=Severity.LOW,
        says="SDK v1, which retires on 2026-06-30",
        seen=((LEGACY_MODE, True),),
    ),
    Case(
        name="declared-on-your-data",
        about=CLAIMS_OPENAI,
        status="fail",
        declared=declared(CLAIMS_SEARCH),
    ),
    Case(
        name="declared-on-your-data-without-search",
        about=CLAIMS_OPENAI,
        status="fail",
        declared=declared(),
        seen=(("kind", "OpenAI"),),
    ),
    Case(
        name="only-suggested",
        about=CLAIMS_OPENAI,
        status="unknown",
        change=only_suggested,
        reason=Reason.RELATION_SUGGESTED,
    ),
    Case(
        name="malformed-legacy-mode",
        about=WORKSPACE,
        status="unknown",
        change=lambda world: legacy(world, "yes"),
        reason=Reason.MALFORMED,
    ),
    Case(
        name="search-refused",
        about=OPENAI,
        status="unknown",
        change=lambda world: world.refuse("Microsoft.Search/searchServices"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="workspaces-refused",
        about=SUBSCRIPTION,
        status="unknown",
        change=lambda world: world.refuse("MachineLearningServices/workspaces"),
        reason=Reason.NO_PERMISSION,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_lifecycle_retired_features(case: Case) -> None:
    case.check(lifecycle_retired_features)


def judged_on(world: World, now: datetime) -> dict[str, Result]:
    estate = world.estate(lifecycle_retired_features.all_reads)
    view = View(estate=estate, relations=discover(estate, Declared()), declared=Declared(), now=now)
    found = engine.run([lifecycle_retired_features], view, estate.audited)
    return {result.resource: result for result in found}


@pytest.mark.parametrize("feature", [ON_YOUR_DATA, PROMPT_FLOW, SDK_V1], ids=lambda one: one.name)
def test_severity_rises_on_the_day_of_the_end(feature: Feature) -> None:
    world = mended()
    about = CLAIMS_OPENAI if feature is ON_YOUR_DATA else WORKSPACE
    if feature is SDK_V1:
        without_flows(world)
        legacy(world)
    day = datetime.combine(feature.ends, datetime.min.time(), UTC)
    before = judged_on(world, day - timedelta(seconds=1))[about]
    after = judged_on(world, day)[about]
    assert (before.status, before.severity) == ("fail", Severity.LOW)
    assert (after.status, after.severity) == ("fail", Severity.MEDIUM)
    assert f"retires on {feature.ends}" in before.verdict.message
    assert f"was retired on {feature.ends}" in after.verdict.message
    assert feature.source in after.verdict.message
    assert before.confidence is Confidence.MEDIUM


def test_on_your_data_is_shown_by_links_and_grants_and_not_by_neighbourhood() -> None:
    (result,) = mended().judge(lifecycle_retired_features, within=CLAIMS_OPENAI)
    seen = [(found.resource, found.path) for found in result.verdict.evidence]
    assert (CLAIMS_SEARCH, "link-openai.properties.privateLinkResourceId") in seen
    grants = {resource for resource, path in seen if path == "properties.scope"}
    given = mended().assignments(scope=CLAIMS_SEARCH, principal=mended().principal(CLAIMS_OPENAI))
    assert {found["id"] for found in given} <= grants
    assert not [path for _, path in seen if path.startswith("/")]


def test_mended_company_fails_low_where_a_feature_is_announced_to_end_and_nowhere_else() -> None:
    results = mended().judge(lifecycle_retired_features)
    failed = {result.resource: result.severity for result in results if result.status == "fail"}
    assert failed == dict.fromkeys((CLAIMS_OPENAI, HR_OPENAI, WORKSPACE, PROJECT), Severity.LOW)
    assert {result.status for result in results if result.resource not in failed} == {"pass"}
