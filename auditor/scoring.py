"""The score, as the contract defines it: a value, its interval, and a grade that one open door caps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from auditor.model.finding import Severity
from auditor.model.result import GroupMarks, Marks, Result, Score

STATUSES = ("pass", "fail", "unknown", "not_applicable")
NO_GRADE = "–"


def score(results: Sequence[Result], workloads: Iterable[str], subscriptions: Iterable[str]) -> Score:
    """The score of all results, and of each workload and subscription named (those without results too)."""
    counted = [result for result in results if result.waiver is None]
    statuses = Counter(result.status for result in counted)
    failed = Counter(result.severity for result in counted if result.status == "fail")
    return Score(
        marks=marks(counted),
        coverage=coverage(counted),
        by_status={status: statuses[status] for status in STATUSES},
        fails_by_severity={severity.value: failed[severity] for severity in Severity},
        waived=len(results) - len(counted),
        by_workload=_groups(counted, workloads, lambda result: result.workloads),
        by_subscription=_groups(counted, subscriptions, lambda result: (result.subscription_id or "",)),
    )


def marks(results: Sequence[Result]) -> Marks:
    """Value, low and high in percent to one decimal, and the capped grade."""
    weight = Counter[str]()
    for result in results:
        weight[result.status] += result.severity.weight
    judged = weight["pass"] + weight["fail"]
    everything = judged + weight["unknown"]
    if not judged:
        return Marks(value=None, low=None, high=None, grade=NO_GRADE)
    value = 100 * weight["pass"] / judged
    low = 100 * weight["pass"] / everything
    high = 100 * (weight["pass"] + weight["unknown"]) / everything
    return Marks(value=round(value, 1), low=round(low, 1), high=round(high, 1), grade=_grade(value, results))


def coverage(results: Sequence[Result]) -> float:
    """Judged / (judged + unknown), counted by results; 1.0 where nothing had to be judged."""
    statuses = Counter(result.status for result in results)
    judged = statuses["pass"] + statuses["fail"]
    return round(judged / (judged + statuses["unknown"]), 4) if judged + statuses["unknown"] else 1.0


def _grade(value: float, results: Sequence[Result]) -> str:
    worst = min((r.severity.rank for r in results if r.status == "fail"), default=Severity.INFO.rank)
    if value >= 90 and worst >= Severity.LOW.rank and not any(r.status == "unknown" for r in results):
        return "A"
    if value >= 80 and worst >= Severity.MEDIUM.rank:
        return "B"
    if value >= 65 and worst >= Severity.HIGH.rank:
        return "C"
    if value >= 50 and worst >= Severity.HIGH.rank:
        return "D"
    return "F"


def _groups(
    results: Sequence[Result], ids: Iterable[str], of: Callable[[Result], tuple[str, ...]]
) -> tuple[GroupMarks, ...]:
    return tuple(
        GroupMarks(id=group, marks=marks([result for result in results if group in of(result)]))
        for group in ids
    )
