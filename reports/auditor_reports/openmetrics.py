"""Format `openmetrics`: gauges for a textfile collector or a push gateway, in OpenMetrics 1.0 text.

Only gauges: the file is then valid in Prometheus's older text format too, which is what the textfile
collector and the push gateway read. No label names a resource: the number of series is bounded by rules,
workloads and subscriptions. What was not judged has no sample, never a zero.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from auditor.model.finding import Severity
from auditor.model.fix import Outcome
from auditor.model.pack import Sheet
from auditor.model.reasons import Reason
from auditor.model.result import AuditResult, WaiverState
from auditor_reports.findings import reason_of, rules_by_id
from auditor_reports.visible import shortened, visible

_LABEL_LIMIT = 200
_STATUSES = ("pass", "fail", "unknown", "not_applicable")
_GRADES = ("A", "B", "C", "D", "F")

Sample = tuple[Mapping[str, str], float]


@dataclass(frozen=True, slots=True)
class _Gauge:
    """One metric family. `unit` is what its name ends in, or empty."""

    name: str
    help: str
    samples: Iterable[Sample]
    unit: str = ""


def render(result: AuditResult, sheet: Sheet) -> str:
    """The exposition, ending in `# EOF`. The sheet changes nothing: machines get everything."""
    kinds = (_run, _score, _groups, _results, _unread, _done)
    # On every sample: a host that keeps the files of two tenants would else hold the same series twice.
    tenant = {"tenant_id": result.run.tenant_id or ""}
    families = (family for kind in kinds for family in kind(result))
    return "".join(line for family in families for line in _lines(family, tenant)) + "# EOF\n"


def _run(result: AuditResult) -> Iterator[_Gauge]:
    run = result.run
    about = {
        "version": result.tool_version,
        "cloud": run.cloud,
        "profile": run.profile,
    }
    audited = result.unaudited is None
    started, finished = run.started_at.timestamp(), run.finished_at.timestamp()
    yield _Gauge("auditor_run", "What was audited, and by which version; always 1.", [(about, 1)])
    yield _Gauge("auditor_run_audited", "1 where something was audited, 0 where nothing.", [({}, audited)])
    for name, value, help_text in (
        ("auditor_run_start_timestamp_seconds", started, "When the run began, Unix time."),
        ("auditor_run_end_timestamp_seconds", finished, "When the run ended, Unix time."),
        ("auditor_run_duration_seconds", round(finished - started, 3), "How long the run took."),
    ):
        yield _Gauge(name, help_text, [({}, value)], "seconds")


def _score(result: AuditResult) -> Iterator[_Gauge]:
    marks, coverage = result.score.marks, result.score.coverage
    for name, value, help_text in (
        ("auditor_score_ratio", marks.value, "Weight that passed, of what was judged; 1 is best."),
        ("auditor_score_low_ratio", marks.low, "The score if everything unknown had failed."),
        ("auditor_score_high_ratio", marks.high, "The score if everything unknown had passed."),
    ):
        yield _Gauge(name, help_text, _ratio({}, value), "ratio")
    covered: list[Sample] = [({}, coverage)] if result.unaudited is None else []
    yield _Gauge("auditor_coverage_ratio", "Results judged, of those judged and unknown.", covered, "ratio")
    grades = [({"grade": grade}, marks.grade == grade) for grade in _GRADES]
    yield _Gauge("auditor_grade", "1 for the grade of the run, 0 for the others; all 0 without one.", grades)


def _groups(result: AuditResult) -> Iterator[_Gauge]:
    score, subscriptions = result.score, result.subscription_names
    workloads = {workload.id: workload.name for workload in result.workloads}
    for name, groups, label, names in (
        ("workload", score.by_workload, "workload", workloads),
        ("subscription", score.by_subscription, "subscription_id", subscriptions),
    ):
        samples = [
            sample
            for group in groups
            for sample in _ratio({label: group.id, "name": names.get(group.id, "")}, group.marks.value)
        ]
        yield _Gauge(f"auditor_{name}_score_ratio", f"The score of each {name}.", samples, "ratio")


def _results(result: AuditResult) -> Iterator[_Gauge]:
    """Counts of verdicts. A run that audited nothing has none: a zero would read as nothing found."""
    if result.unaudited is not None:
        return
    counted = [found for found in result.results if not found.waiver]
    waived = Counter(found.severity for found in result.results if found.waiver)
    by_status = Counter((found.status, found.severity) for found in counted)
    by_rule = Counter((found.rule, found.status) for found in counted)
    yield _Gauge(
        "auditor_results",
        "Results by status and severity, waived ones left out.",
        [
            ({"status": status, "severity": severity.value}, by_status[status, severity])
            for status in _STATUSES
            for severity in Severity
        ],
    )
    yield _Gauge(
        "auditor_rule_results",
        "Results of each rule by status, waived ones left out; severity is the rule's own.",
        [
            ({"rule": rule.id, "severity": rule.severity.value, "status": status}, by_rule[rule.id, status])
            for rule in rules_by_id(result).values()
            for status in _STATUSES
        ],
    )
    yield _Gauge(
        "auditor_waived_results",
        "Failures that a waiver takes out of the score, by severity.",
        [({"severity": severity.value}, waived[severity]) for severity in Severity],
    )


def _unread(result: AuditResult) -> Iterator[_Gauge]:
    unknown = Counter(reason_of(found) for found in result.results if found.status == "unknown")
    gaps = Counter(gap.reason for gap in result.gaps)
    if result.unaudited is None:
        yield _Gauge(
            "auditor_unknown_results",
            "Results that could not be judged, by reason; unread is true where something could not be read.",
            [
                ({"reason": reason.value, "unread": str(reason.means_unread).lower()}, unknown[reason])
                for reason in Reason
                if reason.means_unread or unknown[reason]
            ],
        )
    yield _Gauge(
        "auditor_gaps",
        "What could not be read, by reason.",
        [({"reason": one.value}, gaps[one]) for one in Reason if one.means_unread or gaps[one]],
    )


def _done(result: AuditResult) -> Iterator[_Gauge]:
    waivers = Counter(waiver.state for waiver in result.waivers)
    yield _Gauge(
        "auditor_waivers",
        "Waivers of the waiver file, by what they do in this run.",
        [({"state": state.value}, waivers[state]) for state in WaiverState],
    )
    changes = result.changes.counts if result.changes else {}
    yield _Gauge(
        "auditor_changes",
        "What changed since the last run, by kind; no sample without a history.",
        [({"kind": kind.value}, count) for kind, count in changes.items()],
    )
    outcomes = Counter(fix.outcome for fix in result.fixes)
    yield _Gauge(
        "auditor_fixes",
        "Changes that the run planned or made, by outcome.",
        [({"outcome": outcome.value}, outcomes[outcome]) for outcome in Outcome],
    )


def _ratio(labels: Mapping[str, str], percent: float | None) -> list[Sample]:
    return [] if percent is None else [(labels, round(percent / 100, 5))]


def _lines(family: _Gauge, common: Mapping[str, str]) -> Iterator[str]:
    yield f"# HELP {family.name} {family.help}\n"
    yield f"# TYPE {family.name} gauge\n"
    if family.unit:
        yield f"# UNIT {family.name} {family.unit}\n"
    for labels, value in family.samples:
        written = ",".join(f'{name}="{_label(text)}"' for name, text in {**common, **labels}.items())
        yield f"{family.name}{{{written}}} {_number(value)}\n"


def _label(text: str) -> str:
    return shortened(visible(text), _LABEL_LIMIT).replace("\\", r"\\").replace('"', r"\"")


def _number(value: float) -> str:
    return str(int(value)) if math.floor(value) == value else repr(float(value))
