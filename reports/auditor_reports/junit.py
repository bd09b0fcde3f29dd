"""Format `junit`: a suite for each rule, a case for each result, for pipelines that show test results.

A failure is `failure`. Unknown is `error`, never green: what could not be judged did not pass. Not applicable
and waived are `skipped`, with the reason. The first suite holds one case for the audit itself, an error where
nothing was audited, so that an audit that saw nothing does not show as zero failures.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from xml.etree import ElementTree as ET

from auditor.model.finding import describe
from auditor.model.fix import Outcome
from auditor.model.json_value import timestamp
from auditor.model.pack import Sheet
from auditor.model.result import AuditResult, Result, RuleSummary
from auditor_reports.findings import evidence_lines, reason_of, rules_by_id, sentence
from auditor_reports.times import seen_since
from auditor_reports.visible import visible

_CASES = ("failure", "error", "skipped")


def render(result: AuditResult, sheet: Sheet) -> str:
    """The XML document. The sheet changes nothing: machines get everything."""
    rules = rules_by_id(result)
    root = ET.Element("testsuites", {"name": "auditor"})
    root.append(_audit_suite(result))
    for rule, found in _by_rule(result.results).items():
        root.append(_rule_suite(rules[rule], found, result))
    if result.fixes:
        root.append(_fix_suite(result))
    for suite in root:
        suite.attrib.update(_counts(suite))
    root.attrib.update(_counts(root))
    root.set("time", _seconds(result))
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _by_rule(results: Iterable[Result]) -> dict[str, list[Result]]:
    found: dict[str, list[Result]] = {}
    for one in results:
        found.setdefault(one.rule, []).append(one)
    return found


def _audit_suite(result: AuditResult) -> ET.Element:
    suite = _suite("auditor", result)
    case = _case(suite, "auditor", "the audit")
    if result.unaudited is not None:
        _outcome(case, "error", "nothing-audited", result.unaudited, ())
    marks = result.score.marks
    scored = (
        "nothing was judged" if marks.value is None else f"{marks.value} ({marks.low}–{marks.high}) of 100"
    )
    lines = [
        f"grade {marks.grade}, {scored}, coverage {result.score.coverage:.4g}, {result.score.waived} waived",
        *(f"not read: {sentence(describe(gap))}" for gap in result.gaps),
        *(f"notice: {sentence(notice)}" for notice in result.notices),
    ]
    ET.SubElement(case, "system-out").text = _lines(lines)
    return suite


def _rule_suite(rule: RuleSummary, found: Sequence[Result], result: AuditResult) -> ET.Element:
    suite = _suite(rule.id, result)
    properties = ET.SubElement(suite, "properties")
    for name, value in (("title", rule.title), ("severity", rule.severity), ("url", rule.url)):
        ET.SubElement(properties, "property", {"name": name, "value": visible(value)})
    for one in found:
        ends = f" with {', '.join(one.related)}" if one.related else ""
        _fill(_case(suite, rule.id, one.resource + ends), one, rule, result.run.started_at)
    return suite


def _fix_suite(result: AuditResult) -> ET.Element:
    """A case for each fix: what was to be done and is not surely done is a failure."""
    suite = _suite("fixes", result)
    for fix in result.fixes:
        case = _case(suite, fix.kind, fix.connection or fix.target)
        undo = [f"undo: {fix.revert}"] if fix.revert else []
        details = [f"{fix.before} → {fix.after}", *(f"not proven: {said}" for said in fix.unproven), *undo]
        if fix.outcome.is_failure:
            _outcome(case, "failure", fix.outcome, fix.message, details)
        elif fix.outcome in {Outcome.PLANNED, Outcome.SKIPPED}:
            _outcome(case, "skipped", fix.outcome, fix.message, details)
    return suite


def _fill(case: ET.Element, found: Result, rule: RuleSummary, started_at: datetime) -> None:
    message = found.verdict.message
    if found.waiver:
        waiver = found.waiver
        said = f"waived by {waiver.owner} until {waiver.expires}: {waiver.reason}"
        _outcome(case, "skipped", "waived", said, (message, *_details(found, rule)))
    elif found.status == "fail":
        seen = [seen_since(found.first_seen, started_at)] if found.first_seen else []
        _outcome(case, "failure", found.severity, message, (*_details(found, rule), *seen))
    elif found.status == "unknown":
        _outcome(case, "error", reason_of(found), f"could not be judged: {message}", _details(found, rule))
    elif found.status == "not_applicable":
        _outcome(case, "skipped", reason_of(found), f"not applicable: {message}", ())


def _details(found: Result, rule: RuleSummary) -> list[str]:
    lines = [f"severity: {found.severity}", *evidence_lines(found), *found.verdict.notes]
    if found.remedy:
        lines += [f"to do: {found.remedy.summary}"]
        lines += [f"fix: {found.remedy.az}"] if found.remedy.az else []
    return [*lines, *([f"see: {rule.url}"] if rule.url else [])]


def _outcome(case: ET.Element, tag: str, kind: str, message: str, details: Iterable[str]) -> None:
    said = ET.SubElement(case, tag, {"type": kind, "message": visible(sentence(message))})
    said.text = _lines(details) or None


def _suite(name: str, result: AuditResult) -> ET.Element:
    moment = timestamp(result.run.started_at).partition(".")[0]
    return ET.Element("testsuite", {"name": visible(name), "timestamp": moment})


def _case(suite: ET.Element, rule: str, name: str) -> ET.Element:
    return ET.SubElement(suite, "testcase", {"classname": visible(rule), "name": visible(name), "time": "0"})


def _counts(element: ET.Element) -> dict[str, str]:
    failures, errors, skipped = (str(sum(1 for _ in element.iter(tag))) for tag in _CASES)
    tests = str(sum(1 for _ in element.iter("testcase")))
    return {"tests": tests, "failures": failures, "errors": errors, "skipped": skipped, "time": "0"}


def _seconds(result: AuditResult) -> str:
    return f"{(result.run.finished_at - result.run.started_at).total_seconds():.3f}"


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(visible(text) for text in texts)
