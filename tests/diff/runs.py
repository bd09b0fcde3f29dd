"""Runs to compare, made of a few results."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from auditor.model.finding import Evidence, Fail, Gap, NotApplicable, Pass, Remedy, Severity, Unknown, Verdict
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.result import AuditResult, Result, RuleSummary, WaiverMark
from auditor.scoring import score
from tests.reports.example import OPENAI, SHARED, SUBSCRIPTION, audit, result_of

RULES = ("rule-a", "rule-b")
HERE, THERE = f"/subscriptions/{SUBSCRIPTION}", f"/subscriptions/{SHARED}"
START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

PASS = Pass(message="It is closed.")
FAIL = Fail(message="It is open.", evidence=(Evidence(resource=OPENAI, path="p", value=True),))
UNKNOWN = Unknown(message="It could not be read.", reason=Reason.NO_PERMISSION)
UNDECIDED = Unknown(message="It has a condition.", reason=Reason.CONDITIONAL)
INAPPLICABLE = NotApplicable(message="It has no such switch.", reason=Reason.KIND)
WAIVER = WaiverMark(rule="*", resource="**", reason="known", owner="team", expires=date(2026, 12, 31))


def found(
    verdict: Verdict,
    *,
    rule: str = "rule-a",
    resource: str = OPENAI,
    related: tuple[str, ...] = (),
    severity: Severity = Severity.HIGH,
    waived: bool = False,
) -> Result:
    """One result, in spelling and severity as given."""
    waiver = WAIVER if waived else None
    remedy = Remedy(summary="Close it.", az=None) if verdict.status == "fail" else None
    return result_of(rule, verdict, severity, resource, related=related, waiver=waiver, remedy=remedy)


def list_unread(what: str, scope: str = HERE, *, rule: str = "rule-a") -> Result:
    """What the engine says where a rule's subjects could not be listed."""
    return replace(found(UNKNOWN, rule=rule, resource=scope), resource_type=what)


def gap(what: str, scope: str = HERE) -> Gap:
    return Gap(scope=ArmId.parse(scope), what=what, reason=Reason.NO_PERMISSION, http_status=403)


def run(
    *results: Result,
    days: float = 0,
    scope: tuple[str, ...] = (HERE, THERE),
    rules: Iterable[str] = RULES,
    gaps: tuple[Gap, ...] = (),
    options: dict[str, object] | None = None,
) -> AuditResult:
    """A report of the results, `days` after START, with the score that they have."""
    plain = audit()
    at = START + timedelta(days=days)
    return replace(
        plain,
        run=replace(
            plain.run,
            id=f"8e1b0f3c-3d55-4c5e-9a59-{int(days * 1000):012d}",
            started_at=at,
            finished_at=at + timedelta(seconds=30),
            scope=scope,
            options=options or {},
        ),
        rules=tuple(_rule(plain.rules[0], rule) for rule in rules),
        results=results,
        gaps=gaps,
        workloads=(),
        score=score(results, (), (SUBSCRIPTION,)),
        notices=(),
        waivers=(),
        changes=None,
    )


def _rule(like: RuleSummary, rule: str) -> RuleSummary:
    return replace(like, id=rule)
