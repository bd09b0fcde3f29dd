"""The engine: one result for each rule and subject, whatever a rule does."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, ClassVar

import pytest

from auditor import engine
from auditor.model.declared import Declared
from auditor.model.estate import Estate, EstateBuilder
from auditor.model.finding import (
    Confidence,
    Evidence,
    Fail,
    Gap,
    NotApplicable,
    Pass,
    Remedy,
    Severity,
    Undecided,
    Unknown,
    Verdict,
)
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.result import Result
from auditor.model.wire import Resource
from auditor.relate.workloads import discover
from auditor.rule import Excluded, Rule, Source, Subject, View

ONE, TWO = (ArmId.parse(f"/subscriptions/{name}") for name in ("one", "two"))
Judge = Callable[[Any, View], Verdict]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pump(Resource):
    ARM_TYPE: ClassVar[str] = "Test.Water/pumps"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Valve(Resource):
    ARM_TYPE: ClassVar[str] = "Test.Water/pumps/valves"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pumps:
    """Every pump; `confidence` for all of them; those called `out…` are excluded."""

    listing: tuple[type[Resource], ...] = (Pump,)
    reads: tuple[type[Resource], ...] = ()
    confidence: Confidence = Confidence.HIGH

    def __call__(self, view: View, /) -> Iterator[Subject[Pump] | Excluded]:
        for pump in view.estate.listed(Pump):
            if pump.name.startswith("out"):
                yield Excluded(resource=pump, verdict=NotApplicable(message="out", reason=Reason.KIND))
            else:
                yield Subject(resource=pump, judged=pump, confidence=self.confidence)


def pump(name: str, subscription: ArmId = ONE, group: str = "g") -> Pump:
    rid = ArmId.parse(f"{subscription}/resourceGroups/{group}/providers/{Pump.ARM_TYPE}/{name}")
    return Pump(id=rid, name=name, type=Pump.ARM_TYPE, location="north", scope=subscription)


def estate(*pumps: Pump, gaps: tuple[tuple[type[Resource], Gap], ...] = ()) -> Estate:
    builder = EstateBuilder("tenant", [ONE, TWO], {ONE: None, TWO: None})
    refused = {gap.scope for of, gap in gaps if of is Pump}
    for scope in (ONE, TWO):
        if scope not in refused:
            builder.add(Pump, scope, [row for row in pumps if row.id.is_within(scope)])
    for of, gap in gaps:
        builder.add_gap(of, gap)
    return builder.build()


def a_rule(judge: Judge, **changes: Any) -> Rule[Any]:
    made: Rule[Any] = Rule(
        id="pump-sealed",
        title="",
        severity=Severity.MEDIUM,
        rule_class="exposure",
        subjects=Pumps(),
        reads=(),
        profiles=("foundry",),
        remedy=Remedy(summary="Seal {name}.", az="az seal --ids {id} -n {name}"),
        sources=(Source(title="", url=""),),
        controls=(),
        page="",
        judge=judge,
    )
    return replace(made, **changes)


def passing(_pump: Pump, _view: View) -> Verdict:
    return Pass(message="sealed")


def failing(found: Pump, _view: View) -> Verdict:
    return Fail(message="leaks", evidence=(Evidence(resource=found.id.text, path="p", value=1),))


def judged(found: Estate, *rules: Rule[Any], scope: tuple[ArmId, ...] = (ONE, TWO)) -> tuple[Result, ...]:
    declared = Declared(discover=False)
    view = View(
        estate=found,
        relations=discover(found, declared),
        declared=declared,
        now=datetime(2026, 1, 1, tzinfo=UTC),
    )
    return engine.run(rules, view, scope)


def names(results: tuple[Result, ...]) -> list[str]:
    return [found.resource.rpartition("/")[2] for found in results]


def test_run_gives_one_result_for_each_subject_and_keeps_the_excluded_visible() -> None:
    results = judged(estate(pump("a"), pump("out"), pump("b", TWO)), a_rule(passing))
    assert [(name, found.status) for name, found in zip(names(results), results, strict=True)] == [
        ("a", "pass"),
        ("out", "not_applicable"),
        ("b", "pass"),
    ]
    assert {found.location for found in results} == {"north"}
    assert {found.subscription_id for found in results} == {"one", "two"}


def test_failure_carries_the_remedy_filled_and_quoted_and_others_none() -> None:
    hostile = pump("a; rm -rf $HOME")
    (result,) = judged(estate(hostile), a_rule(failing))
    assert result.remedy is not None
    assert result.remedy.az == f"az seal --ids '{hostile.id}' -n 'a; rm -rf $HOME'"
    (passed,) = judged(estate(hostile), a_rule(passing))
    assert passed.remedy is None


def test_failure_with_a_severity_of_its_own_has_that_one() -> None:
    def worse(found: Pump, view: View) -> Verdict:
        verdict = failing(found, view)
        assert isinstance(verdict, Fail)
        return replace(verdict, severity=Severity.CRITICAL)

    assert judged(estate(pump("a")), a_rule(worse))[0].severity is Severity.CRITICAL
    assert judged(estate(pump("a")), a_rule(failing))[0].severity is Severity.MEDIUM


def test_undecided_rule_gives_an_unknown_with_its_reason_and_evidence() -> None:
    seen = Evidence(resource="r", path="p", value="odd")

    def undecided(_pump: Pump, _view: View) -> Verdict:
        raise Undecided("p is odd", Reason.UNEXPECTED_VALUE, evidence=(seen,))

    (result,) = judged(estate(pump("a")), a_rule(undecided))
    assert result.verdict == Unknown(message="p is odd", reason=Reason.UNEXPECTED_VALUE, evidence=(seen,))


def test_rule_that_touches_what_was_not_read_gives_an_unknown_with_the_gap() -> None:
    gap = Gap(scope=pump("a").id, what=Valve.ARM_TYPE, reason=Reason.NO_PERMISSION, action="x/read")

    def looking(found: Pump, view: View) -> Verdict:
        return Pass(message=str(len(view.estate.children(Valve, found.id))))

    rule = a_rule(looking, reads=(Valve,))
    (result,) = judged(estate(pump("a"), gaps=((Valve, gap),)), rule)
    assert isinstance(result.verdict, Unknown)
    assert (result.verdict.reason, result.verdict.gap) == (Reason.NO_PERMISSION, gap)
    assert "missing permission x/read" in result.verdict.message


@pytest.mark.parametrize("error", [KeyError("k"), ZeroDivisionError(), RuntimeError("x\ny")])
def test_rule_that_raises_gives_an_unknown_and_costs_no_other(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(found: Pump, view: View) -> Verdict:
        if found.name == "b":
            raise error
        return passing(found, view)

    with caplog.at_level(logging.WARNING):
        results = judged(
            estate(pump("a"), pump("b"), pump("c")), a_rule(broken), a_rule(passing, id="pump-turned")
        )
    assert [found.status for found in results] == ["pass", "unknown", "pass", "pass", "pass", "pass"]
    verdict = results[1].verdict
    assert isinstance(verdict, Unknown)
    assert verdict.reason is Reason.RULE_ERROR
    assert type(error).__name__ in verdict.message
    assert verdict.reason.means_unread
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_rule_that_touches_an_undeclared_type_is_a_rule_error() -> None:
    def curious(_pump: Pump, view: View) -> Verdict:
        return Pass(message=str(view.estate.listed(Valve)))

    (result,) = judged(estate(pump("a")), a_rule(curious))
    assert isinstance(result.verdict, Unknown)
    assert result.verdict.reason is Reason.RULE_ERROR
    assert "does not declare that it reads Valve" in result.verdict.message


@pytest.mark.parametrize(
    ("judge", "status", "reason"),
    [(failing, "unknown", Reason.RELATION_SUGGESTED), (passing, "pass", None)],
)
def test_suggested_relation_never_fails_but_may_pass(
    judge: Judge, status: str, reason: Reason | None
) -> None:
    rule = a_rule(judge, subjects=Pumps(confidence=Confidence.LOW))
    (result,) = judged(estate(pump("a")), rule)
    assert (result.status, result.confidence, result.remedy) == (status, Confidence.LOW, None)
    if isinstance(result.verdict, Unknown):
        assert result.verdict.reason is reason
        assert result.verdict.message.startswith("leaks; ")
        assert result.verdict.evidence


def test_probable_relation_may_fail() -> None:
    rule = a_rule(failing, subjects=Pumps(confidence=Confidence.MEDIUM))
    (result,) = judged(estate(pump("a")), rule)
    assert (result.status, result.confidence) == ("fail", Confidence.MEDIUM)


def refused(scope: ArmId, of: type[Resource] = Pump) -> tuple[type[Resource], Gap]:
    return of, Gap(scope=scope, what=of.ARM_TYPE, reason=Reason.NO_PERMISSION, action=of.read_action())


def test_list_that_could_not_be_read_is_an_unknown_of_its_scope() -> None:
    results = judged(estate(pump("a"), gaps=(refused(TWO),)), a_rule(passing))
    assert [(found.resource, found.status) for found in results] == [
        (pump("a").id.text, "pass"),
        (TWO.text, "unknown"),
    ]
    assert results[1].resource_type == Pump.ARM_TYPE
    assert results[1].related == ()
    assert isinstance(results[1].verdict, Unknown)
    assert results[1].verdict.gap == refused(TWO)[1]


def test_several_lists_unread_at_one_scope_are_results_with_fingerprints_of_their_own() -> None:
    found = estate(gaps=(refused(TWO), refused(TWO, Valve), refused(pump("a").id, Valve)))
    results = judged(found, a_rule(passing, subjects=Pumps(listing=(Pump, Valve))))
    assert [(one.resource, one.related) for one in results] == [
        (pump("a").id.text, (f"{pump('a').id}/valves",)),
        (TWO.text, (f"{TWO}/providers/Test.Water/pumps",)),
        (TWO.text, (f"{TWO}/providers/Test.Water/pumps/valves",)),
    ]
    assert len({one.fingerprint for one in results}) == 3


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("/subscriptions/one", ["a", "b", "c"]),
        ("/SUBSCRIPTIONS/ONE/resourcegroups/G", ["a", "b"]),
        ("/subscriptions/one/resourceGroups/g1", ["c"]),
        ("/subscriptions/two", ["two"]),
        ("/subscriptions/two/resourceGroups/g", ["two"]),
        ("/subscriptions/three", []),
    ],
)
def test_scope_keeps_what_lies_in_it_and_gaps_that_may_hide_something_of_it(
    scope: str, expected: list[str]
) -> None:
    found = estate(pump("a"), pump("b"), pump("c", group="g1"), gaps=(refused(TWO),))
    assert names(judged(found, a_rule(passing), scope=(ArmId.parse(scope),))) == expected


def test_results_are_ordered_by_severity_then_rule_then_resource() -> None:
    found = estate(pump("B"), pump("a"))
    rules = (
        a_rule(passing, id="z", severity=Severity.LOW),
        a_rule(passing, id="y", severity=Severity.HIGH),
        a_rule(passing, id="x", severity=Severity.LOW),
    )
    results = judged(found, *rules)
    assert [(one.rule, name) for one, name in zip(results, names(results), strict=True)] == [
        ("y", "a"),
        ("y", "B"),
        ("x", "a"),
        ("x", "B"),
        ("z", "a"),
        ("z", "B"),
    ]
    assert results == judged(found, *reversed(rules))
