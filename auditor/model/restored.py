"""A saved report read back: JSON values of schema 1.0 become the AuditResult that they were made from.

Strict both ways: a key that is missing and a key that would be lost are refused alike, so that whatever is
rendered from a saved report is what the run itself would have rendered.
"""

from __future__ import annotations

from auditor.model import guided
from auditor.model.changes_document import GRADES, STATUSES, restored_changes
from auditor.model.finding import (
    Confidence,
    Fail,
    Gap,
    NotApplicable,
    Pass,
    Remedy,
    Severity,
    Unknown,
    Verdict,
)
from auditor.model.ids import ArmId, MalformedId
from auditor.model.json_object import JsonObject, Malformed
from auditor.model.reasons import Reason
from auditor.model.restored_fix import restored_evidence, restored_fix
from auditor.model.restored_map import restored_map
from auditor.model.result import (
    SCHEMA_URL,
    SCHEMA_VERSION,
    AuditResult,
    GroupMarks,
    Marks,
    PackVersion,
    Result,
    RuleSummary,
    Run,
    Score,
    WaiverMark,
    WaiverState,
    WaiverSummary,
    WorkloadEdge,
    WorkloadSummary,
)

_CLASSES = ("exposure", "function")
_CONFIDENCES = ("confirmed", "probable", "suggested")


def restored(value: object) -> AuditResult:
    """The result that `auditor.model.document.document` made the value of. Raises Malformed."""
    report = JsonObject.of(value)
    report.exactly("schema_version", SCHEMA_VERSION)
    report.exactly("$schema", SCHEMA_URL)
    tool, changes = report.object("tool"), report.optional_object("changes")
    tool.exactly("name", "auditor")
    result = AuditResult(
        tool_version=tool.text("version"),
        packs=tuple(_pack(pack) for pack in tool.objects("packs")),
        run=_run(report.object("run")),
        score=_score(report.object("score")),
        gaps=tuple(_gap(gap) for gap in report.objects("gaps")),
        workloads=tuple(_workload(workload) for workload in report.objects("workloads")),
        maps=tuple(restored_map(drawn) for drawn in report.objects("maps")),
        rules=tuple(_rule(rule) for rule in report.objects("rules")),
        results=tuple(_result(found) for found in report.objects("results")),
        fixes=tuple(restored_fix(fix) for fix in report.objects("fixes")),
        unaudited=report.optional_text("unaudited"),
        notices=report.texts("notices"),
        subscription_names=report.object("subscription_names").texts_by_key(),
        waivers=tuple(_waiver_summary(waiver) for waiver in report.objects("waivers")),
        changes=restored_changes(changes) if changes else None,
    )
    tool.refuse_rest()
    report.refuse_rest()
    return result


def _pack(of: JsonObject) -> PackVersion:
    pack = PackVersion(name=of.text("name"), version=of.text("version"))
    of.refuse_rest()
    return pack


def _run(of: JsonObject) -> Run:
    run = Run(
        id=of.text("id"),
        started_at=of.moment("started_at"),
        finished_at=of.moment("finished_at"),
        cloud=of.text("cloud"),
        tenant_id=of.optional_text("tenant_id"),
        principal_id=of.optional_text("principal_id"),
        scope=of.texts("scope"),
        profile=of.text("profile"),
        options=of.object("options").values,
    )
    of.refuse_rest()
    return run


def _score(of: JsonObject) -> Score:
    score = Score(
        marks=_marks(of),
        coverage=of.number("coverage", largest=1),
        by_status=of.object("by_status").counts(STATUSES),
        fails_by_severity=of.object("fails_by_severity").counts(Severity),
        waived=of.whole("waived"),
        by_workload=tuple(_group(group) for group in of.objects("by_workload")),
        by_subscription=tuple(_group(group) for group in of.objects("by_subscription")),
    )
    of.refuse_rest()
    return score


def _marks(of: JsonObject) -> Marks:
    return Marks(
        value=of.optional_number("value", largest=100),
        low=of.optional_number("low", largest=100),
        high=of.optional_number("high", largest=100),
        grade=of.one_of("grade", GRADES),
    )


def _group(of: JsonObject) -> GroupMarks:
    group = GroupMarks(id=of.text("id"), marks=_marks(of))
    of.refuse_rest()
    return group


def _gap(of: JsonObject) -> Gap:
    gap = Gap(
        scope=_arm_id(of, "scope"),
        what=of.text("what"),
        reason=of.chosen("reason", Reason),
        http_status=of.optional_whole("http_status"),
        action=of.optional_text("action"),
        detail=of.text("detail"),
    )
    of.refuse_rest()
    return gap


def _arm_id(of: JsonObject, key: str) -> ArmId:
    try:
        return ArmId.parse(of.text(key))
    except MalformedId as error:
        raise Malformed(of.place(key), str(error)) from error


def _workload(of: JsonObject) -> WorkloadSummary:
    members = of.object("members")
    workload = WorkloadSummary(
        id=of.text("id"),
        kind=of.text("kind"),
        name=of.text("name"),
        confidence=of.one_of("confidence", _CONFIDENCES),
        members={role: members.texts(role) for role in members.values},
        evidence=tuple(_edge(edge) for edge in of.objects("evidence")),
    )
    of.refuse_rest()
    return workload


def _edge(of: JsonObject) -> WorkloadEdge:
    edge = WorkloadEdge(
        source=of.text("from"),
        target=of.text("to"),
        tier=of.whole("tier"),
        kind=of.text("kind"),
        path=of.text("path"),
    )
    of.refuse_rest()
    return edge


def _rule(of: JsonObject) -> RuleSummary:
    rule = RuleSummary(
        id=of.text("id"),
        title=of.text("title"),
        severity=of.chosen("severity", Severity),
        rule_class=of.one_of("class", _CLASSES),
        rationale=of.text("rationale"),
        profiles=of.texts("profiles"),
        controls=tuple(_control(control) for control in of.objects("controls")),
        url=of.text("url"),
    )
    of.refuse_rest()
    return rule


def _control(of: JsonObject) -> tuple[str, str]:
    control = of.text("framework"), of.text("id")
    of.refuse_rest()
    return control


def _result(of: JsonObject) -> Result:
    remedy, waiver = of.optional_object("remediation"), of.optional_object("waiver")
    fix = of.optional_object("fix")
    result = Result(
        rule=of.text("rule"),
        verdict=_verdict(of),
        severity=of.chosen("severity", Severity),
        confidence=of.chosen("confidence", Confidence),
        resource=of.text("resource"),
        resource_type=of.text("resource_type"),
        subscription_id=of.optional_text("subscription_id"),
        location=of.optional_text("location"),
        related=of.texts("related"),
        workloads=of.texts("workloads"),
        remedy=_remedy(remedy) if remedy else None,
        fix=guided.read(fix) if fix else None,
        waiver=_waiver(waiver) if waiver else None,
        first_seen=of.moment("first_seen") if of.value("first_seen") is not None else None,
    )
    if fix is not None and result.status != "fail":
        raise Malformed(of.place("fix"), "must be null where the status is not fail")
    if (remedy is not None) != (result.status == "fail"):
        raise Malformed(of.place("remediation"), "must be an object where the status is fail, else null")
    if of.text("fingerprint") != result.fingerprint:
        raise Malformed(of.place("fingerprint"), "is not that of the rule, the resource and the related ends")
    of.refuse_rest()
    return result


def _verdict(of: JsonObject) -> Verdict:
    status, message, notes = of.one_of("status", STATUSES), of.text("message"), of.texts("notes")
    evidence = tuple(restored_evidence(seen) for seen in of.objects("evidence"))
    if status != "unknown":
        of.exactly("gap", None)
    if status in {"pass", "fail"}:
        of.exactly("reason", None)
    if status == "pass":
        return Pass(message=message, evidence=evidence, notes=notes)
    if status == "fail":
        if not evidence:
            raise Malformed(of.place("evidence"), "must not be empty where the status is fail")
        return Fail(message=message, evidence=evidence, notes=notes)
    reason = of.chosen("reason", Reason)
    if status == "unknown":
        gap = of.optional_object("gap")
        read = _gap(gap) if gap else None
        return Unknown(message=message, reason=reason, gap=read, evidence=evidence, notes=notes)
    return NotApplicable(message=message, reason=reason, evidence=evidence, notes=notes)


def _remedy(of: JsonObject) -> Remedy:
    remedy = Remedy(summary=of.text("summary"), az=of.optional_text("az"), url=of.optional_text("url"))
    of.refuse_rest()
    return remedy


def _waiver(of: JsonObject) -> WaiverMark:
    waiver = _waiver_mark(of)
    of.refuse_rest()
    return waiver


def _waiver_summary(of: JsonObject) -> WaiverSummary:
    summary = WaiverSummary(
        mark=_waiver_mark(of), state=of.chosen("state", WaiverState), covered=of.whole("covered")
    )
    of.refuse_rest()
    return summary


def _waiver_mark(of: JsonObject) -> WaiverMark:
    return WaiverMark(
        rule=of.text("rule"),
        resource=of.text("resource"),
        reason=of.text("reason"),
        owner=of.text("owner"),
        expires=of.day("expires"),
    )
