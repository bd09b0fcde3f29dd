"""Format `ocsf`: Open Cybersecurity Schema Framework 1.5.0, one Compliance Finding (class 2003) a line.

Every result is a finding; `compliance.status_id` holds the verdict. Unknown stays 0 (Unknown) there, with
status New and the rule's severity, so that it is looked at. Passes and results that do not apply are
informational. A waived failure is Suppressed. Where nothing could be audited, one unknown finding says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from auditor.model.document import entry
from auditor.model.finding import Confidence, Severity
from auditor.model.ids import ArmId, MalformedId
from auditor.model.pack import Sheet
from auditor.model.result import AuditResult, Result, RuleSummary
from auditor_reports.findings import portal_url, rules_by_id, sentence
from auditor_reports.json import encoded
from auditor_reports.visible import visible

VERSION = "1.5.0"
# https://schema.ocsf.io/1.5.0/classes/compliance_finding?profiles=cloud
_CLASS = {
    "category_uid": 2,
    "category_name": "Findings",
    "class_uid": 2003,
    "class_name": "Compliance Finding",
    "activity_id": 1,
    "activity_name": "Create",
    "type_uid": 200301,
    "type_name": "Compliance Finding: Create",
}
_INFORMATIONAL = (1, "Informational")
_SEVERITIES = {
    Severity.INFO: _INFORMATIONAL,
    Severity.LOW: (2, "Low"),
    Severity.MEDIUM: (3, "Medium"),
    Severity.HIGH: (4, "High"),
    Severity.CRITICAL: (5, "Critical"),
}
_CONFIDENCES = {Confidence.LOW: (1, "Low"), Confidence.MEDIUM: (2, "Medium"), Confidence.HIGH: (3, "High")}
# Of the finding: what is to be done about it.
_NEW, _SUPPRESSED, _RESOLVED = (1, "New"), (3, "Suppressed"), (4, "Resolved")
_NOT_APPLICABLE = (99, "Not Applicable")
_STATUSES = {"pass": _RESOLVED, "fail": _NEW, "unknown": _NEW, "not_applicable": _NOT_APPLICABLE}
# Of the check: what it found.
_UNKNOWN = (0, "Unknown")
_VERDICTS = {"pass": (1, "Pass"), "fail": (3, "Fail"), "unknown": _UNKNOWN, "not_applicable": _NOT_APPLICABLE}
# What the schema has no place for.
_UNMAPPED = ("workloads", "reason", "gap", "notes", "remediation", "waiver")
_AZURE_SUBSCRIPTION = (13, "Azure Subscription")
_RULE_ANALYTIC = (1, "Rule")


def render(result: AuditResult, sheet: Sheet) -> str:
    """A line for each result. The sheet changes nothing: machines get everything."""
    return "".join(f"{encoded(event, indented=False)}\n" for event in _events(result))


def _events(result: AuditResult) -> Iterator[dict[str, Any]]:
    rules = rules_by_id(result)
    if result.unaudited is not None:
        yield _nothing_audited(result, result.unaudited)
    for found in result.results:
        yield _event(found, rules[found.rule], result)


def _event(found: Result, rule: RuleSummary, result: AuditResult) -> dict[str, Any]:
    is_open = found.status in {"fail", "unknown"}
    severity = _SEVERITIES[found.severity] if is_open else _INFORMATIONAL
    told, whole, waiver = sentence(found.verdict.message), entry(found), found.waiver
    event = {
        **_about(result, found.fingerprint, found.rule),
        **_named("severity", severity),
        **_named("confidence", _CONFIDENCES[found.confidence]),
        **_named("status", _SUPPRESSED if waiver else _STATUSES[found.status]),
        "status_detail": told,
        "message": told,
        "comment": sentence(f"waived by {waiver.owner}: {waiver.reason}") if waiver else None,
        "compliance": _compliance(found, rule),
        "finding_info": _finding_info(found, rule, told, result),
        "cloud": _cloud(result, found.subscription_id, found.location),
        "resources": [_resource(found.resource, found), *(_resource(end) for end in found.related)],
        "evidences": [_evidence(seen) for seen in whole["evidence"]] or None,
        "remediation": _remediation(found),
        "unmapped": {key: whole[key] for key in _UNMAPPED if whole[key]},
    }
    return _known(event)


def _about(result: AuditResult, uid: str, code: str) -> dict[str, Any]:
    """What every event says: its class, its time, and of which run it is."""
    return {
        **_CLASS,
        "time": _milliseconds(result.run.finished_at),
        "metadata": _known(
            {
                "version": VERSION,
                "profiles": ["cloud"],
                "product": {"name": "auditor", "vendor_name": "auditor", "version": result.tool_version},
                "uid": f"{result.run.id}/{uid}",
                "correlation_uid": result.run.id,
                "event_code": code,
                "tenant_uid": result.run.tenant_id,
            }
        ),
    }


def _compliance(found: Result, rule: RuleSummary) -> dict[str, Any]:
    verdict = _VERDICTS[found.status]
    standards = list(dict.fromkeys(framework for framework, _ in rule.controls))
    check = {
        "uid": rule.id,
        "name": rule.title,
        "desc": rule.rationale or None,
        "standards": standards or None,
        **_named("severity", _SEVERITIES[found.severity]),
        **_named("status", verdict),
    }
    compliance = {
        "control": rule.id,
        "desc": rule.rationale or None,
        "standards": standards or None,
        "requirements": [f"{framework} {control}" for framework, control in rule.controls] or None,
        **_named("status", verdict),
        "status_code": found.status,
        "status_details": [sentence(text) for text in (found.verdict.message, *found.verdict.notes)],
        "checks": [_known(check)],
    }
    return _known(compliance)


def _finding_info(found: Result, rule: RuleSummary, told: str, result: AuditResult) -> dict[str, Any]:
    info = {
        "uid": found.fingerprint,
        "title": rule.title,
        "desc": told,
        "types": [rule.rule_class],
        "first_seen_time": _milliseconds(found.first_seen) if found.first_seen else None,
        "src_url": portal_url(result.run, found.resource),
        "analytic": {"uid": rule.id, "name": rule.title, **_named("type", _RULE_ANALYTIC)},
    }
    return _known(info)


def _cloud(result: AuditResult, subscription: str | None, location: str | None) -> dict[str, Any]:
    account = {
        "uid": subscription,
        "name": result.subscription_names.get((subscription or "").lower()),
        **_named("type", _AZURE_SUBSCRIPTION),
    }
    cloud = {
        "provider": "Azure",
        "cloud_partition": result.run.cloud,
        "region": location,
        "account": _known(account) if subscription else None,
        "org": {"uid": result.run.tenant_id} if result.run.tenant_id else None,
    }
    return _known(cloud)


def _resource(resource: str, found: Result | None = None) -> dict[str, Any]:
    """By its id; the type and region of the result's own are known without reading the id."""
    try:
        parsed: ArmId | None = ArmId.parse(resource)
    except MalformedId:
        parsed = None
    described = {
        "uid": resource,
        "name": visible(parsed.name) or None if parsed else None,
        "type": found.resource_type if found else parsed.resource_type if parsed else None,
        "region": found.location if found else None,
        "group": {"name": parsed.resource_group} if parsed and parsed.resource_group else None,
    }
    return _known(described)


def _evidence(seen: dict[str, Any]) -> dict[str, Any]:
    """As in the JSON report: without a `value` where the property was not in the answer."""
    return {"data": seen, "resources": [{"uid": seen["resource"]}]}


def _remediation(found: Result) -> dict[str, Any] | None:
    if found.remedy is None:
        return None
    command = f" Command: {found.remedy.az}" if found.remedy.az else ""
    described = {
        "desc": visible(found.remedy.summary + command),
        "references": [found.remedy.url] if found.remedy.url else None,
    }
    return _known(described)


def _nothing_audited(result: AuditResult, why: str) -> dict[str, Any]:
    uid = sha256(f"unaudited\n{result.run.tenant_id}".encode(errors="replace")).hexdigest()
    told = sentence(why)
    return {
        **_about(result, uid, "unaudited"),
        **_named("severity", _SEVERITIES[Severity.HIGH]),
        **_named("status", _NEW),
        "status_detail": told,
        "message": f"Nothing was audited: {told}",
        "compliance": {"control": "unaudited", **_named("status", _UNKNOWN), "status_code": "unknown"},
        "finding_info": {"uid": uid, "title": "The audit", "desc": told},
        "cloud": _cloud(result, None, None),
    }


def _named(key: str, choice: tuple[int, str]) -> dict[str, Any]:
    """OCSF's pair of a normalized id and its caption."""
    return {f"{key}_id": choice[0], key: choice[1]}


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    """Without the keys that have no value: OCSF leaves out what is not known."""
    return {key: value for key, value in values.items() if value is not None}


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
