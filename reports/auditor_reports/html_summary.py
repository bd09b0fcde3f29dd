"""What the page says before any script runs: grade, counts, gaps, waivers, and the maps in words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any

from auditor.model.finding import Gap, Severity, Unknown
from auditor.model.result import AuditResult, Marks, Result, Score, WaiverState, WaiverSummary
from auditor_reports.html_changes import changes, fixes
from auditor_reports.html_data import NAME_LIMIT, legible
from auditor_reports.html_words import words
from auditor_reports.terminal_page import counted

PLAIN_LIMIT = 200
_GAPS_SHOWN = 200
_WORDS_LIMIT = 5000
_WAIVED_SHOWN = 500
_SCOPES_SHOWN = 6
_GRADES = (("A", 90), ("B", 80), ("C", 65), ("D", 50))
_STATUSES = (("fail", "failed"), ("unknown", "unknown"), ("pass", "passed"))


def summary(result: AuditResult, data: Mapping[str, Any]) -> dict[str, Any]:
    """The template's variables. `data` is what the scripts get: its maps are put into words here."""
    score = result.score
    failing = [one for one in data["findings"] if one["status"] == "fail"]
    waived = [one for one in data["findings"] if one["status"] == "waived"]
    return {
        "unaudited": result.unaudited,
        "grade": score.marks.grade,
        "marks": _marks(score.marks),
        "cap": _cap(score),
        # Rounded down: 99.9 % must not read as everything.
        "coverage": f"{int(score.coverage * 1000 + 1e-9) / 10:g}",
        "statuses": _statuses(score),
        "severities": [(one.value, score.fails_by_severity.get(one.value, 0)) for one in Severity],
        "not_applicable": score.by_status.get("not_applicable", 0),
        "passed": score.by_status.get("pass", 0),
        "run": _run(result),
        "workloads": _workloads(result),
        "subscriptions": _subscriptions(result),
        "maps": _maps(data),
        "plain": [(one, data["ids"][one["resource"]]) for one in failing[:PLAIN_LIMIT]],
        "plain_more": max(len(failing) - PLAIN_LIMIT, 0),
        "findings": len(data["findings"]),
        "gaps": _gaps(result),
        "gaps_total": len(result.gaps),
        "changes": changes(result.changes) if result.changes else None,
        "fixes": fixes(result.fixes),
        "waived": [(one, data["ids"][one["resource"]]) for one in waived[:_WAIVED_SHOWN]],
        "waivers": [_waiver(waiver) for waiver in result.waivers[:_WAIVED_SHOWN]],
        "waived_total": score.waived,
        "notices": [legible(notice) for notice in result.notices],
        "hidden": counted(data["hidden"], "failure") if data["hidden"] else "",
        "lowest": data["lowest"],
        "packs": [f"{pack.name} {pack.version}" for pack in result.packs],
        "version": result.tool_version,
    }


def _maps(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The maps in words, one after the other until they are too long to read; then by name alone."""
    room = _WORDS_LIMIT
    found = []
    for drawn in data["maps"]:
        room -= len(drawn["nodes"]) + len(drawn["edges"])
        said = words(drawn, data["findings"]) if room >= 0 else None
        found.append({"name": data["workloads"][drawn["workload"]], "said": said})
    return found


def _marks(marks: Marks) -> dict[str, float] | None:
    """The interval in percent; None where nothing could be judged."""
    if marks.value is None or marks.low is None or marks.high is None:
        return None
    return {"value": round(marks.value, 1), "low": round(marks.low, 1), "high": round(marks.high, 1)}


def _cap(score: Score) -> str:
    """Why the grade is below what the value alone would give; empty where it is not."""
    if score.marks.value is None:
        return ""
    alone = next((grade for grade, least in _GRADES if score.marks.value >= least), "F")
    if alone == score.marks.grade:
        return ""
    fails = score.fails_by_severity
    for severity in ("critical", "high", "medium"):
        if count := fails.get(severity, 0):
            said = counted(count, f"{severity} failure")
            return f"By its value alone this would be {alone}: {said} {'caps' if count == 1 else 'cap'} it."
    return f"By its value alone this would be {alone}: no A while a verdict is unknown."


def _statuses(score: Score) -> list[tuple[str, str, int]]:
    rows = [(key, said, score.by_status.get(key, 0)) for key, said in _STATUSES]
    return [*rows, ("waived", "waived", score.waived)]


def _run(result: AuditResult) -> dict[str, Any]:
    run = result.run
    started = run.started_at.astimezone(UTC)
    seconds = (run.finished_at - run.started_at).total_seconds()
    scopes = [_place(scope, result.subscription_names) for scope in run.scope]
    more = f" and {len(scopes) - _SCOPES_SHOWN} more" if len(scopes) > _SCOPES_SHOWN else ""
    return {
        "id": run.id,
        "tenant": legible(run.tenant_id or "not known", NAME_LIMIT),
        "cloud": run.cloud,
        "scope": ", ".join(scopes[:_SCOPES_SHOWN]) + more or "nothing",
        "profile": f"{run.profile}, {counted(len(result.rules), 'rule')}",
        "when": f"{started:%Y-%m-%d %H:%M} UTC",
        "stamp": f"{started:%Y-%m-%dT%H:%M:%SZ}",
        "took": f"{seconds:.1f} s",
    }


def _workloads(result: AuditResult) -> list[dict[str, Any]]:
    marks = {group.id: group.marks for group in result.score.by_workload}
    failing = Counter(one for found in _failing(result) for one in found.workloads)
    unrated = Marks(value=None, low=None, high=None, grade="–")
    return [
        {
            "name": legible(workload.name, NAME_LIMIT),
            "kind": workload.kind,
            "confidence": workload.confidence,
            "failing": failing[workload.id],
            "grade": marks.get(workload.id, unrated).grade,
            "marks": _marks(marks.get(workload.id, unrated)),
        }
        for workload in result.workloads
    ]


def _subscriptions(result: AuditResult) -> list[dict[str, Any]]:
    failing = Counter(found.subscription_id for found in _failing(result))
    return [
        {
            "id": group.id,
            "name": legible(result.subscription_names.get(group.id, group.id), NAME_LIMIT),
            "failing": failing[group.id],
            "grade": group.marks.grade,
            "marks": _marks(group.marks),
        }
        for group in result.score.by_subscription
    ]


def _failing(result: AuditResult) -> list[Result]:
    return [found for found in result.results if found.status == "fail" and not found.waiver]


def _gaps(result: AuditResult) -> list[dict[str, Any]]:
    """Gaps of one scope and cause together, those that most verdicts wait for first."""
    waiting = Counter(
        (found.verdict.gap.scope.key, found.verdict.gap.what.lower())
        for found in result.results
        if isinstance(found.verdict, Unknown) and found.verdict.gap and not found.waiver
    )
    groups: dict[tuple[str, str, int | None], list[Gap]] = defaultdict(list)
    for gap in result.gaps:
        groups[gap.scope.key, gap.reason.value, gap.http_status].append(gap)
    rows = [_gap(gaps, waiting, result.subscription_names) for gaps in groups.values()]
    return sorted(rows, key=lambda row: -row["waiting"])[:_GAPS_SHOWN]


def _gap(
    gaps: Sequence[Gap], waiting: Mapping[tuple[str, str], int], names: Mapping[str, str]
) -> dict[str, Any]:
    first = gaps[0]
    return {
        "place": _place(first.scope.text, names),
        "scope": first.scope.text,
        "reason": first.reason.value,
        "status": first.http_status,
        "missing": list(dict.fromkeys(gap.action or gap.what for gap in gaps)),
        "is_permission": any(gap.action for gap in gaps),
        "details": [legible(said) for said in dict.fromkeys(gap.detail for gap in gaps) if said][:3],
        "waiting": sum(waiting.get((gap.scope.key, gap.what.lower()), 0) for gap in gaps),
    }


def _waiver(waiver: WaiverSummary) -> dict[str, Any]:
    return {
        "rule": legible(waiver.mark.rule, NAME_LIMIT),
        "resource": legible(waiver.mark.resource),
        "owner": legible(waiver.mark.owner, NAME_LIMIT),
        "expires": waiver.mark.expires.isoformat(),
        "reason": legible(waiver.mark.reason),
        "state": waiver.state.value,
        "is_used": waiver.state is WaiverState.USED,
        "covered": waiver.covered,
    }


def _place(scope: str, names: Mapping[str, str]) -> str:
    """The last segment; a subscription's name where it is known, `rg-chat in Contoso` for a group."""
    segments = scope.strip("/").split("/")
    name = names.get(segments[1].lower(), segments[1]) if len(segments) > 1 else scope
    if len(segments) == 2:
        return legible(name, NAME_LIMIT)
    if len(segments) == 4:
        return legible(f"{segments[3]} in {name}", NAME_LIMIT)
    return legible(segments[-1] or scope, NAME_LIMIT)
