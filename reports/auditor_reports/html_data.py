"""What the page's scripts work with: findings, rules, workloads and maps, as small as they can be kept.

Every text is one line without a character that a browser would obey, and of a length that can be read; ids
and commands are whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from auditor.model.changes import Change
from auditor.model.finding import ABSENT, Evidence, NotApplicable, Remedy, Severity, Unknown
from auditor.model.result import AuditResult, Result, RuleSummary, WaiverMark
from auditor_reports.html_map import MapDrawer
from auditor_reports.terminal_changes import spoken
from auditor_reports.times import seen_since
from auditor_reports.visible import shortened, shown_value, visible

TEXT_LIMIT = 2000
NAME_LIMIT = 120
_NOTES_SHOWN = 20
_EVIDENCE_SHOWN = 40


class Ids:
    """ARM ids written once; a finding refers to them by their place."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    def place(self, rid: str) -> int:
        return self._places.setdefault(visible(rid), len(self._places))

    def all(self) -> list[str]:
        return list(self._places)


def page_data(result: AuditResult, lowest: Severity) -> dict[str, Any]:
    """All of it. Failures below `lowest` are counted in `hidden` and still colour the maps."""
    shown = [found for found in result.results if is_shown(found, lowest)]
    ids = Ids()
    workloads = {workload.id: number for number, workload in enumerate(result.workloads)}
    changed = {change.fingerprint: spoken(change.kind) for change in _changed(result)}
    started = result.run.started_at
    findings = [_finding(found, ids, workloads, changed, started) for found in shown]
    places = {id(found): number for number, found in enumerate(shown)}
    drawer = MapDrawer(result, places)
    return {
        "rules": {visible(rule.id): _rule(rule) for rule in result.rules},
        "subscriptions": {
            visible(guid): legible(name, NAME_LIMIT) for guid, name in result.subscription_names.items()
        },
        "workloads": [legible(workload.name, NAME_LIMIT) for workload in result.workloads],
        "findings": findings,
        "maps": [
            {"workload": workloads[drawn.workload], **drawer.draw(drawn)}
            for drawn in result.maps
            if drawn.workload in workloads
        ],
        "ids": ids.all(),
        "hidden": len(result.results) - len(shown),
        "lowest": lowest.value,
    }


def is_shown(found: Result, lowest: Severity) -> bool:
    """Whether a finding is on the page: everything but open failures below the severity asked for."""
    return found.status != "fail" or found.waiver is not None or found.severity.rank <= lowest.rank


def legible(text: str, limit: int = TEXT_LIMIT) -> str:
    return visible(shortened(text, limit))


def _changed(result: AuditResult) -> tuple[Change, ...]:
    return result.changes.changes if result.changes else ()


def _finding(
    found: Result,
    ids: Ids,
    workloads: Mapping[str, int],
    changed: Mapping[str, str],
    started: datetime,
) -> dict[str, Any]:
    verdict = found.verdict
    entry = {
        "rule": visible(found.rule),
        "status": "waived" if found.waiver else verdict.status,
        "severity": found.severity.value,
        "confidence": found.confidence.value,
        "resource": ids.place(found.resource),
        "type": visible(found.resource_type),
        "subscription": visible(found.subscription_id or ""),
        "location": visible(found.location or ""),
        "workloads": [workloads[one] for one in found.workloads if one in workloads],
        "message": legible(verdict.message),
        "fingerprint": found.fingerprint,
    }
    more = {
        "reason": verdict.reason.value if isinstance(verdict, Unknown | NotApplicable) else "",
        "waits": isinstance(verdict, Unknown) and verdict.gap is not None,
        "related": [ids.place(end) for end in found.related],
        "evidence": _evidence(verdict.evidence, ids),
        "notes": [legible(note) for note in verdict.notes[:_NOTES_SHOWN]],
        "remedy": _remedy(found.remedy) if found.remedy and verdict.status == "fail" else None,
        "waiver": _waiver(found.waiver) if found.waiver else None,
        "change": changed.get(found.fingerprint),
        "since": seen_since(found.first_seen, started) if found.first_seen else "",
    }
    return entry | {key: value for key, value in more.items() if value}


def _evidence(evidence: Sequence[Evidence], ids: Ids) -> list[list[object]]:
    """Resource, path, and the value as text; no third where the property was not in the answer."""
    rows: list[list[object]] = []
    for seen in evidence[:_EVIDENCE_SHOWN]:
        value = [] if seen.value is ABSENT else [shown_value(seen.value)]
        rows.append([ids.place(seen.resource), legible(seen.path), *value])
    if len(evidence) > _EVIDENCE_SHOWN:
        rows.append([ids.place(""), f"and {len(evidence) - _EVIDENCE_SHOWN} more, in the JSON report"])
    return rows


def _remedy(remedy: Remedy) -> dict[str, str]:
    return {
        "summary": legible(remedy.summary),
        "az": visible(remedy.az or ""),
        "url": safe_url(remedy.url),
    }


def _waiver(waiver: WaiverMark) -> dict[str, str]:
    return {
        "owner": legible(waiver.owner),
        "expires": waiver.expires.isoformat(),
        "reason": legible(waiver.reason),
    }


def _rule(rule: RuleSummary) -> dict[str, Any]:
    return {
        "title": legible(rule.title),
        "rationale": legible(rule.rationale),
        "controls": [visible(f"{framework} {control}") for framework, control in rule.controls],
        "url": safe_url(rule.url),
    }


def safe_url(url: str | None) -> str:
    """The address where it is one that a browser may be sent to; else empty."""
    return visible(url) if url and url.startswith(("https://", "http://")) else ""
