"""lifecycle-model-retirement."""

from __future__ import annotations

import pytest

from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.company import child
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI
from auditor_rules.lifecycle.lifecycle_model_retirement import lifecycle_model_retirement
from tests.rules.cases import Case, Change
from tests.rules.foundry.agents import then
from tests.rules.world import World, mended

DEPLOYMENT = child(CLAIMS_OPENAI, "deployments", "gpt-4o")
MODEL = child(CLAIMS_OPENAI, "models", "gpt-4o-2024-11-20")


def ending(when: object) -> Change:
    return lambda world: world.put(MODEL, "deprecation.inference", when)


def status(value: object) -> Change:
    return lambda world: world.put(MODEL, "lifecycleStatus", value)


def deployed(**model: object) -> Change:
    def change(world: World) -> None:
        for name, value in model.items():
            world.put(DEPLOYMENT, f"properties.model.{name}", value)

    return change


def case(name: str, change: Change, verdict: str, severity: Severity | None, says: str | None = None) -> Case:
    return Case(name=name, about=DEPLOYMENT, status=verdict, change=change, severity=severity, says=says)


LOW, MEDIUM = Severity.LOW, Severity.MEDIUM

# The worlds are judged at the start of 2026-06-01; 90 days on is the start of 2026-08-30.
CASES = (
    Case(name="far-off", about=DEPLOYMENT, status="pass", says="served until 2030-06-30"),
    case("in-90-days", ending("2026-08-30T00:00:00Z"), "pass", None),
    case("no-date", ending(None), "pass", None, "no retirement date"),
    case("no-deprecation", lambda world: world.cut(MODEL, "deprecation"), "pass", None),
    case("legacy", status("Legacy"), "pass", None),
    case("deprecating-with-a-date-far-off", status("Deprecating"), "pass", None),
    case("in-other-case", deployed(name="GPT-4o", format="openai"), "pass", None),
    case("under-90-days", ending("2026-08-29T23:59:59Z"), "fail", LOW, "in 89 days"),
    case("tomorrow-without-zone", ending("2026-06-02T00:00:00"), "fail", LOW, "2026-06-02"),
    case("today", ending("2026-06-01T00:00:00.0000000Z"), "fail", MEDIUM, "was retired on 2026-06-01"),
    case("long-gone", ending("2025-06-06T00:00:00+00:00"), "fail", MEDIUM, "was retired on 2025-06-06"),
    case("upgrades-itself", ending("2026-06-02T00:00:00Z"), "fail", LOW, "upgrades itself"),
    case("deprecated", status("deprecated"), "fail", MEDIUM, "is retired"),
    case("deprecating-without-date", then(status("Deprecating"), ending(None)), "fail", LOW, "no date"),
    case("unreadable-date-does-not-hide", then(status("Deprecated"), ending("soon")), "fail", MEDIUM),
    case("known-to-be-gone", deployed(name="gpt-4", version="0314"), "fail", MEDIUM, "2025-06-06"),
    Case(
        name="not-in-the-list",
        about=DEPLOYMENT,
        status="unknown",
        change=deployed(version="2024-05-13"),
        reason=Reason.NOT_IN_ARM,
    ),
    Case(
        name="unreadable-date",
        about=DEPLOYMENT,
        status="unknown",
        change=ending("soon"),
        reason=Reason.MALFORMED,
    ),
    Case(
        name="status-not-known",
        about=DEPLOYMENT,
        status="unknown",
        change=status("Sunset"),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    Case(
        name="models-refused",
        about=DEPLOYMENT,
        status="unknown",
        change=lambda world: world.refuse("accounts/oai-norrland-claims/models"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="deployments-refused",
        about=CLAIMS_OPENAI,
        status="unknown",
        to="deployments",
        change=lambda world: world.refuse("accounts/oai-norrland-claims/deployments"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="no-model",
        about=DEPLOYMENT,
        status="not_applicable",
        change=lambda world: world.cut(DEPLOYMENT, "properties.model"),
        reason=Reason.NOT_USED,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_lifecycle_model_retirement(case: Case) -> None:
    case.check(lifecycle_model_retirement)


def test_live_rows_without_ids_are_read() -> None:
    def change(world: World) -> None:
        rows = [
            {"format": "OpenAI", "name": name, "version": version, "deprecation": {"inference": ends}}
            for name, version, ends in (
                ("gpt-4o", "2024-08-06", "2020-01-01T00:00:00Z"),
                ("gpt-4o", "2024-11-20", "2026-07-01T00:00:00Z"),
                ("a/b", "1", None),
            )
        ]
        world.refuse("accounts/oai-norrland-claims/models", 200, "OK")
        world.tenant["faults"][-1]["body"] = {"value": rows}

    wanted = Case(name="", about=DEPLOYMENT, status="fail", change=change, severity=LOW, says="2026-07-01")
    wanted.check(lifecycle_model_retirement)


def test_mended_company_has_nothing_to_mend() -> None:
    results = mended().judge(lifecycle_model_retirement)
    assert results
    assert {result.status for result in results} == {"pass"}
