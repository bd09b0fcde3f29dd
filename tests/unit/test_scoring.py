"""The score as the contract defines it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.model.finding import (
    Confidence,
    Evidence,
    Fail,
    NotApplicable,
    Pass,
    Severity,
    Unknown,
    Verdict,
)
from auditor.model.reasons import Reason
from auditor.model.result import Result, WaiverMark
from auditor.scoring import coverage, marks, score

RESOURCE = "/subscriptions/s/resourceGroups/g/providers/T/t/r"
VERDICTS: dict[str, Verdict] = {
    "pass": Pass(message="m"),
    "fail": Fail(message="m", evidence=(Evidence(resource=RESOURCE, path="p", value=1),)),
    "unknown": Unknown(message="m", reason=Reason.TIMEOUT),
    "not_applicable": NotApplicable(message="m", reason=Reason.KIND),
}
WAIVER = WaiverMark(rule="r", resource="**", reason="", owner="o", expires=date(2026, 1, 1))


def result(
    status: str,
    severity: str,
    *,
    waived: bool = False,
    workloads: tuple[str, ...] = (),
    subscription_id: str | None = "s",
) -> Result:
    return Result(
        rule="r",
        verdict=VERDICTS[status],
        severity=Severity(severity),
        confidence=Confidence.HIGH,
        resource=RESOURCE,
        resource_type="T/t",
        subscription_id=subscription_id,
        location=None,
        related=(),
        workloads=workloads,
        waiver=WAIVER if waived else None,
    )


def results(text: str) -> list[Result]:
    """`"3 pass high, 1 fail low"` as results."""
    found: list[Result] = []
    for part in filter(None, text.split(", ")):
        count, status, severity = part.split()
        found += [result(status, severity)] * int(count)
    return found


@pytest.mark.parametrize(
    ("given_results", "value", "low", "high", "grade"),
    [
        ("1 pass high", 100, 100, 100, "A"),
        ("1 fail high", 0, 0, 0, "F"),
        # The weights: critical 10, high 6, medium 3, low 1.
        ("1 pass critical, 1 fail high", 62.5, 62.5, 62.5, "D"),
        ("1 pass high, 1 fail medium", 66.7, 66.7, 66.7, "C"),
        ("1 pass medium, 1 fail low", 75, 75, 75, "C"),
        # Info weighs nothing and caps nothing.
        ("1 pass low, 5 fail info", 100, 100, 100, "A"),
        ("1 pass info", None, None, None, "–"),
        # Unknown is neither: low counts it as failed, high as passed.
        ("1 pass high, 1 fail high, 1 unknown high", 50, 33.3, 66.7, "D"),
        ("1 pass low, 1 unknown critical", 100, 9.1, 100, "B"),
        ("2 unknown high", None, None, None, "–"),
        # Not applicable counts nowhere.
        ("1 pass high, 9 not_applicable critical", 100, 100, 100, "A"),
        ("3 not_applicable high", None, None, None, "–"),
        ("", None, None, None, "–"),
        # One open door caps the grade, however many passes stand beside it.
        ("999 pass critical, 1 fail critical", 99.9, 99.9, 99.9, "F"),
        ("999 pass critical, 1 fail high", 99.9, 99.9, 99.9, "C"),
        ("999 pass critical, 1 fail medium", 100, 100, 100, "B"),
        ("999 pass critical, 1 fail low", 100, 100, 100, "A"),
        ("999 pass critical, 1 unknown low", 100, 100, 100, "B"),
        # The bounds themselves.
        ("9 pass low, 1 fail low", 90, 90, 90, "A"),
        ("89 pass low, 11 fail low", 89, 89, 89, "B"),
        ("8 pass low, 2 fail low", 80, 80, 80, "B"),
        ("13 pass low, 7 fail low", 65, 65, 65, "C"),
        ("1 pass low, 1 fail low", 50, 50, 50, "D"),
        ("49 pass low, 51 fail low", 49, 49, 49, "F"),
        # Rounding is for print: 89.96 is no 90.
        ("2249 pass low, 251 fail low", 90.0, 90.0, 90.0, "B"),
    ],
)
def test_marks_of_results_are_those_of_the_contract(
    given_results: str, value: float | None, low: float | None, high: float | None, grade: str
) -> None:
    found = marks(results(given_results))
    assert (found.value, found.low, found.high, found.grade) == (value, low, high, grade)


@pytest.mark.parametrize(
    ("given_results", "expected"),
    [
        ("", 1.0),
        ("2 not_applicable high", 1.0),
        ("1 pass critical", 1.0),
        ("1 pass critical, 3 unknown low", 0.25),
        ("1 fail info, 1 pass low, 1 unknown high", 0.6667),
        ("3 unknown low", 0.0),
    ],
)
def test_coverage_counts_judged_against_judged_and_unknown(given_results: str, expected: float) -> None:
    assert coverage(results(given_results)) == expected


def test_score_of_waived_results_leaves_them_out_and_counts_them() -> None:
    waived = result("fail", "critical", waived=True, workloads=("w",))
    found = score([result("pass", "high", workloads=("w",)), waived], ["w"], ["s"])
    assert found.waived == 1
    assert found.by_status == {"pass": 1, "fail": 0, "unknown": 0, "not_applicable": 0}
    assert found.fails_by_severity == dict.fromkeys(("critical", "high", "medium", "low", "info"), 0)
    assert {marks.grade for marks in (found.marks, found.by_workload[0].marks)} == {"A"}


def test_score_counts_statuses_and_failures_by_severity() -> None:
    found = score(
        results("2 fail high, 1 fail info, 3 pass low, 4 unknown low, 5 not_applicable low"), (), ()
    )
    assert found.by_status == {"pass": 3, "fail": 3, "unknown": 4, "not_applicable": 5}
    assert found.fails_by_severity == {"critical": 0, "high": 2, "medium": 0, "low": 0, "info": 1}
    assert found.coverage == 0.6


def test_score_of_groups_holds_each_one_named_and_only_its_own_results() -> None:
    found = score(
        [
            result("fail", "high", workloads=("a", "b")),
            result("pass", "high", workloads=("b",)),
            result("unknown", "low", subscription_id=None),
        ],
        ["b", "a", "c"],
        ["s"],
    )
    assert [(group.id, group.marks.value, group.marks.grade) for group in found.by_workload] == [
        ("b", 50.0, "D"),
        ("a", 0.0, "F"),
        ("c", None, "–"),
    ]
    assert [(group.id, group.marks.value) for group in found.by_subscription] == [("s", 50.0)]


ANY_RESULTS = st.lists(
    st.builds(result, st.sampled_from(sorted(VERDICTS)), st.sampled_from([one.value for one in Severity]))
)
GRADES = "FDCBA"


@given(ANY_RESULTS)
def test_marks_of_any_results_keep_value_within_its_interval(found: list[Result]) -> None:
    marked = marks(found)
    assert (marked.value is None) == (marked.low is None) == (marked.high is None) == (marked.grade == "–")
    if marked.value is not None and marked.low is not None and marked.high is not None:
        assert 0 <= marked.low <= marked.value <= marked.high <= 100


@given(ANY_RESULTS, st.randoms(use_true_random=False))
def test_score_of_any_order_is_the_same(found: list[Result], chance: object) -> None:
    shuffled = list(found)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert score(found, (), ["s"]) == score(shuffled, (), ["s"])


@given(ANY_RESULTS, st.sampled_from([one.value for one in Severity]))
def test_one_more_failure_never_lifts_value_or_grade(found: list[Result], severity: str) -> None:
    before, after = marks(found), marks([*found, result("fail", severity)])
    if before.value is not None and after.value is not None:
        assert after.value <= before.value
        assert GRADES.index(after.grade) <= GRADES.index(before.grade)


@given(ANY_RESULTS, st.sampled_from([one.value for one in Severity]))
def test_one_more_unknown_moves_the_interval_outwards_only(found: list[Result], severity: str) -> None:
    before, after = marks(found), marks([*found, result("unknown", severity)])
    assert before.value == after.value
    if (
        before.low is not None
        and before.high is not None
        and after.low is not None
        and after.high is not None
    ):
        assert after.low <= before.low
        assert after.high >= before.high
    assert after.grade != "A"
    assert coverage([*found, result("unknown", severity)]) < 1
