"""Format `sarif`: SARIF 2.1.0, made so that GitHub code scanning shows it right.

What asks for attention is a result: failures (`fail`), waived ones with a suppression, and unknown ones
(`review`), which must be here: an alert that is no longer in the file is closed as fixed. Passes and results
that do not apply are counted in the run's properties and are no results, for code scanning ignores `kind` and
would open an alert for every one of them (microsoft/PSRule#955).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from auditor.model.document import entry, fix_values, score_values
from auditor.model.finding import Severity, describe
from auditor.model.json_value import timestamp
from auditor.model.pack import Sheet
from auditor.model.result import AuditResult, Result, RuleSummary, WaiverMark
from auditor_reports.findings import escaped_path, evidence_lines, portal_url, rules_by_id, sentence
from auditor_reports.json import encoded
from auditor_reports.visible import visible

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
# GitHub reads critical over 9.0, high from 7.0, medium from 4.0, low from 0.1:
# https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
_SECURITY_SEVERITIES = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.0",
    Severity.INFO: "0.0",
}
_SHOWN = ("fail", "unknown")
_UNAUDITED = "nothing-audited"
_NOTICE = "notice"
# Elsewhere in `properties` already, or said by SARIF's own words.
_SAID_OTHERWISE = frozenset({"rule", "message", "related", "fingerprint", "waiver", "fix"})
# `[text](target)` would be a link and `{0}` a placeholder: SARIF 2.1.0, sections 3.11.5 and 3.11.6.
_LINK, _PLACEHOLDER = re.compile(r"\](?=\()"), re.compile(r"\{(\d+)\}")


def render(result: AuditResult, sheet: Sheet) -> str:
    """The log, with one run. The sheet changes nothing: machines get everything."""
    return encoded({"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(result)]}) + "\n"


def _run(result: AuditResult) -> dict[str, Any]:
    rules = rules_by_id(result)
    index = {rule: number for number, rule in enumerate(rules)}
    severities = _severities(rules, result.results)
    notifications = _notification_ids(result)
    return {
        "tool": {
            "driver": {
                "name": "auditor",
                "version": result.tool_version,
                "rules": [_rule(rule, severities[rule.id]) for rule in rules.values()],
                "notifications": [_descriptor(name, text) for name, text in notifications.items()],
            }
        },
        # No id: it is what upload-sarif takes for the category, and would keep users from choosing one.
        "automationDetails": {"guid": result.run.id},
        "invocations": [_invocation(result, list(notifications))],
        "results": [_result(one, index[one.rule], result) for one in result.results if one.status in _SHOWN],
        "properties": {
            "score": score_values(result.score),
            "scope": list(result.run.scope),
            "cloud": result.run.cloud,
            "tenantId": result.run.tenant_id,
            "profile": result.run.profile,
            "fixes": [fix_values(fix) for fix in result.fixes],
        },
    }


def _severities(rules: Mapping[str, RuleSummary], results: Sequence[Result]) -> dict[str, Severity]:
    """Each rule's worst severity in this run: code scanning takes an alert's severity from its rule alone."""
    worst = {rule.id: rule.severity for rule in rules.values()}
    for found in results:
        if found.status == "fail" and found.severity.rank < worst[found.rule].rank:
            worst[found.rule] = found.severity
    return worst


def _rule(rule: RuleSummary, severity: Severity) -> dict[str, Any]:
    described: dict[str, Any] = {
        "id": rule.id,
        "shortDescription": {"text": visible(rule.title)},
        "fullDescription": {"text": visible(rule.rationale or rule.title)},
        "help": _help(rule),
        "defaultConfiguration": {"level": _LEVELS[severity]},
        "properties": {
            "tags": ["security", rule.rule_class, *rule.profiles],
            "precision": "high",
            "problem.severity": "recommendation" if _LEVELS[severity] == "note" else _LEVELS[severity],
            "security-severity": _SECURITY_SEVERITIES[severity],
        },
    }
    return {**described, "helpUri": rule.url} if rule.url else described


def _help(rule: RuleSummary) -> dict[str, str]:
    controls = [f"{framework} {control}" for framework, control in rule.controls]
    more = f"auditor rules show {rule.id}"
    text = [visible(rule.rationale or rule.title)]
    text += [f"Controls: {', '.join(controls)}."] if controls else []
    text += [f"Documented at {rule.url}"] if rule.url else []
    markdown = [*text[: 1 + bool(controls)], *([f"[Documentation]({rule.url})"] if rule.url else [])]
    return {
        "text": "\n".join((*text, f"Every verdict and source: {more}")),
        "markdown": "\n\n".join((*markdown, f"Every verdict and source: `{more}`")),
    }


def _result(found: Result, rule_index: int, result: AuditResult) -> dict[str, Any]:
    is_failure = found.status == "fail"
    written: dict[str, Any] = {
        "ruleId": found.rule,
        "ruleIndex": rule_index,
        "kind": "fail" if is_failure else "review",
        "level": _LEVELS[found.severity] if is_failure else "none",
        "message": _message(_told(found)),
        "locations": [_location(found.resource)],
        "relatedLocations": [_location(end) for end in found.related],
        # The first is the only one that code scanning compares; it would make its own from a file's lines.
        "partialFingerprints": {
            "primaryLocationLineHash": f"{found.fingerprint}:1",
            "auditorFingerprint/v1": found.fingerprint,
        },
        "suppressions": [_suppression(found.waiver)] if found.waiver else [],
        "properties": {key: value for key, value in entry(found).items() if key not in _SAID_OTHERWISE},
    }
    if found.first_seen:
        written["provenance"] = {"firstDetectionTimeUtc": timestamp(found.first_seen)}
    viewer = portal_url(result.run, found.resource)
    return {**written, "hostedViewerUri": viewer} if viewer else written


def _told(found: Result) -> str:
    message = sentence(found.verdict.message)
    lines = [message if found.status == "fail" else f"Could not be judged: {message}"]
    lines += [f"Seen: {line}" for line in evidence_lines(found)]
    if found.remedy:
        lines.append(f"To do: {sentence(found.remedy.summary)}")
        lines += [f"Command: {visible(found.remedy.az)}"] if found.remedy.az else []
    return "\n".join((*lines, *(f"Note: {sentence(note)}" for note in found.verdict.notes)))


def _message(text: str) -> dict[str, str]:
    """A plain message in which nothing is a link or a placeholder."""
    return {"text": _PLACEHOLDER.sub(r"{{\1}}", _LINK.sub("] ", text))}


def _location(resource: str) -> dict[str, Any]:
    """The resource as its id says it, and as a path: code scanning shows no alert without a file.

    The path is the ARM id without its first slash. It must be relative and the same from run to run: an
    absolute URI of another scheme than the checkout's is refused (aquasecurity/trivy#5003).
    """
    shown = visible(resource)
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": escaped_path(resource.strip("/")) or "tenant"},
            "region": {"startLine": 1},
        },
        "logicalLocations": [
            {"name": shown.rpartition("/")[2] or shown, "fullyQualifiedName": shown, "kind": "resource"}
        ],
    }


def _suppression(waiver: WaiverMark) -> dict[str, Any]:
    return {
        "kind": "external",
        "status": "accepted",
        "justification": visible(waiver.reason),
        "properties": {
            "owner": visible(waiver.owner),
            "expires": waiver.expires.isoformat(),
            "rule": waiver.rule,
            "resource": visible(waiver.resource),
        },
    }


def _notification_ids(result: AuditResult) -> dict[str, str]:
    """The kinds of notification of this run, by id, each with what it means."""
    kinds = {
        gap.reason.value: f"Something could not be read ({gap.reason}): what needs it is unknown."
        for gap in result.gaps
    }
    if result.unaudited is not None:
        kinds[_UNAUDITED] = "Nothing could be audited."
    if result.notices:
        kinds[_NOTICE] = "Something about the run itself, such as a waiver that expired or matched nothing."
    return dict(sorted(kinds.items()))


def _descriptor(name: str, text: str) -> dict[str, Any]:
    described = {"text": text}
    return {"id": name, "shortDescription": described, "fullDescription": described, "help": described}


def _invocation(result: AuditResult, kinds: Sequence[str]) -> dict[str, Any]:
    def notification(kind: str, level: str, text: str, **more: object) -> dict[str, Any]:
        descriptor = {"id": kind, "index": kinds.index(kind)}
        return {"descriptor": descriptor, "level": level, "message": _message(sentence(text)), **more}

    unread = [
        notification(gap.reason.value, "warning", describe(gap), locations=[_location(gap.scope.text)])
        for gap in result.gaps
    ]
    if result.unaudited is not None:
        unread.insert(0, notification(_UNAUDITED, "error", result.unaudited))
    return {
        "executionSuccessful": result.unaudited is None,
        "startTimeUtc": timestamp(result.run.started_at),
        "endTimeUtc": timestamp(result.run.finished_at),
        "toolExecutionNotifications": unread,
        "toolConfigurationNotifications": [
            notification(_NOTICE, "warning", notice) for notice in result.notices
        ],
    }
