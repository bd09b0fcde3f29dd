"""The report as JSON values, schema 1.0. `auditor.model.restored` reads them back: the two keep in step."""

from __future__ import annotations

from typing import Any

from auditor.model.changes_document import changes_document
from auditor.model.finding import Absent, Evidence, Gap, NotApplicable, Remedy, Unknown
from auditor.model.fix import Fix
from auditor.model.guided import written
from auditor.model.json_value import timestamp
from auditor.model.map import MapEdge, MapNode, WorkloadMap
from auditor.model.result import (
    SCHEMA_URL,
    SCHEMA_VERSION,
    AuditResult,
    GroupMarks,
    Marks,
    Result,
    RuleSummary,
    Run,
    Score,
    WaiverMark,
    WaiverSummary,
    WorkloadEdge,
    WorkloadSummary,
)


def document(result: AuditResult) -> dict[str, Any]:
    """The report as JSON values, its keys in the order of the schema."""
    return {
        "$schema": SCHEMA_URL,
        "schema_version": SCHEMA_VERSION,
        "tool": {
            "name": "auditor",
            "version": result.tool_version,
            "packs": [{"name": pack.name, "version": pack.version} for pack in result.packs],
        },
        "run": _run(result.run),
        "score": score_values(result.score),
        "gaps": [_gap(gap) for gap in result.gaps],
        "workloads": [_workload(workload) for workload in result.workloads],
        "maps": [_map(drawn) for drawn in result.maps],
        "rules": [_rule(rule) for rule in result.rules],
        "results": [entry(found) for found in result.results],
        "fixes": [fix_values(fix) for fix in result.fixes],
        "unaudited": result.unaudited,
        "notices": list(result.notices),
        "subscription_names": dict(result.subscription_names),
        "waivers": [_waiver_summary(waiver) for waiver in result.waivers],
        "changes": changes_document(result.changes) if result.changes else None,
    }


def entry(result: Result) -> dict[str, Any]:
    """One element of `results`."""
    verdict = result.verdict
    return {
        "rule": result.rule,
        "status": verdict.status,
        "severity": result.severity.value,
        "confidence": result.confidence.value,
        "resource": result.resource,
        "resource_type": result.resource_type,
        "subscription_id": result.subscription_id,
        "location": result.location,
        "related": list(result.related),
        "workloads": list(result.workloads),
        "message": verdict.message,
        "reason": verdict.reason.value if isinstance(verdict, Unknown | NotApplicable) else None,
        "gap": _gap(verdict.gap) if isinstance(verdict, Unknown) and verdict.gap else None,
        "evidence": [evidence(seen) for seen in verdict.evidence],
        "notes": list(verdict.notes),
        "remediation": _remediation(result.remedy) if verdict.status == "fail" and result.remedy else None,
        "fingerprint": result.fingerprint,
        "waiver": _waiver(result.waiver) if result.waiver else None,
        "first_seen": timestamp(result.first_seen) if result.first_seen else None,
        "fix": written(result.fix) if result.fix else None,
    }


def _run(run: Run) -> dict[str, Any]:
    return {
        "id": run.id,
        "started_at": timestamp(run.started_at),
        "finished_at": timestamp(run.finished_at),
        "cloud": run.cloud,
        "tenant_id": run.tenant_id,
        "principal_id": run.principal_id,
        "scope": list(run.scope),
        "profile": run.profile,
        "options": dict(run.options),
    }


def score_values(score: Score) -> dict[str, Any]:
    """`score`, the marks of the whole run first."""
    return {
        **_marks(score.marks),
        "coverage": float(score.coverage),
        "by_status": dict(score.by_status),
        "fails_by_severity": dict(score.fails_by_severity),
        "waived": score.waived,
        "by_workload": [_group(group) for group in score.by_workload],
        "by_subscription": [_group(group) for group in score.by_subscription],
    }


def _marks(marks: Marks) -> dict[str, Any]:
    return {
        "value": _percent(marks.value),
        "low": _percent(marks.low),
        "high": _percent(marks.high),
        "grade": marks.grade,
    }


def _group(group: GroupMarks) -> dict[str, Any]:
    return {"id": group.id, **_marks(group.marks)}


def _percent(value: float | None) -> float | None:
    return None if value is None else round(float(value), 1)


def _gap(gap: Gap) -> dict[str, Any]:
    return {
        "scope": gap.scope.text,
        "what": gap.what,
        "reason": gap.reason.value,
        "http_status": gap.http_status,
        "action": gap.action,
        "detail": gap.detail,
    }


def _workload(workload: WorkloadSummary) -> dict[str, Any]:
    return {
        "id": workload.id,
        "kind": workload.kind,
        "name": workload.name,
        "confidence": workload.confidence,
        "members": {role: list(ids) for role, ids in workload.members.items()},
        "evidence": [_edge(edge) for edge in workload.evidence],
    }


def _edge(edge: WorkloadEdge) -> dict[str, Any]:
    return {"from": edge.source, "to": edge.target, "tier": edge.tier, "kind": edge.kind, "path": edge.path}


def _map(drawn: WorkloadMap) -> dict[str, Any]:
    return {
        "workload": drawn.workload,
        "nodes": [_node(node) for node in drawn.nodes],
        "edges": [_map_edge(edge) for edge in drawn.edges],
        "not_read": list(drawn.not_read),
    }


def _node(node: MapNode) -> dict[str, Any]:
    return {
        "id": node.id,
        "kind": node.kind,
        "label": node.label,
        "parent": node.parent,
        "unread": list(node.unread),
    }


def _map_edge(edge: MapEdge) -> dict[str, Any]:
    return {
        "from": edge.source,
        "to": edge.target,
        "kind": edge.kind,
        "label": edge.label,
        "resource": edge.resource,
        "path": edge.path,
    }


def _rule(rule: RuleSummary) -> dict[str, Any]:
    return {
        "id": rule.id,
        "title": rule.title,
        "severity": rule.severity.value,
        "class": rule.rule_class,
        "rationale": rule.rationale,
        "profiles": list(rule.profiles),
        "controls": [{"framework": framework, "id": control} for framework, control in rule.controls],
        "url": rule.url,
    }


def evidence(seen: Evidence) -> dict[str, Any]:
    """A property that was not on the wire has no `value`: null is something that ARM said."""
    place = {"resource": seen.resource, "path": seen.path}
    return place if isinstance(seen.value, Absent) else {**place, "value": seen.value}


def _remediation(remedy: Remedy) -> dict[str, Any]:
    return {"summary": remedy.summary, "az": remedy.az, "url": remedy.url}


def _waiver(waiver: WaiverMark) -> dict[str, Any]:
    return {
        "rule": waiver.rule,
        "resource": waiver.resource,
        "reason": waiver.reason,
        "owner": waiver.owner,
        "expires": waiver.expires.isoformat(),
    }


def fix_values(fix: Fix) -> dict[str, Any]:
    """One element of `fixes`."""
    return {
        "kind": fix.kind.value,
        "target": fix.target,
        "connection": fix.connection,
        "private_endpoint": fix.private_endpoint,
        "decision": fix.decision,
        "row": fix.row,
        "action": fix.action,
        "outcome": fix.outcome.value,
        "before": fix.before,
        "after": fix.after,
        "message": fix.message,
        "evidence": [evidence(seen) for seen in fix.evidence],
        "unproven": list(fix.unproven),
        "revert": fix.revert,
    }


def _waiver_summary(summary: WaiverSummary) -> dict[str, Any]:
    return {**_waiver(summary.mark), "state": summary.state.value, "covered": summary.covered}
