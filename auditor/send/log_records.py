"""The rows of the two log tables: one a run, one a result. Their columns are declared here alone.

The data collection rule, the tables' schema and the workbook's queries are made or checked from these
declarations. A column may not be called TenantId, Title or Type, among others:
https://learn.microsoft.com/azure/azure-monitor/logs/create-custom-table
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final, Generic, Literal, TypeVar

from auditor.model.finding import Unknown
from auditor.model.plaintext import one_line
from auditor.model.result import AuditResult, Result

# A longer field is cut by the service, without a word, at 64 KB:
# https://learn.microsoft.com/azure/azure-monitor/fundamentals/service-limits#log-analytics-workspaces
_LONGEST_TEXT: Final = 8_000
_LONGEST_ENTRY: Final = 500
_MOST_ENTRIES: Final = 50

ColumnType = Literal["string", "int", "real", "datetime", "dynamic"]
Value = str | int | float | list[str] | None
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Generic[Row]):
    """One column of a table; `read` takes its value out of a row's source. None is an empty cell."""

    name: str
    type: ColumnType
    description: str
    read: Callable[[Row], Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A result in its run."""

    audit: AuditResult
    titles: Mapping[str, str]
    result: Result


def _run(
    name: str, type_: ColumnType, description: str, read: Callable[[AuditResult], Value]
) -> Column[AuditResult]:
    return Column(name=name, type=type_, description=description, read=read)


def _result(
    name: str, type_: ColumnType, description: str, read: Callable[[Judged], Value]
) -> Column[Judged]:
    return Column(name=name, type=type_, description=description, read=read)


RUNS: Final[tuple[Column[AuditResult], ...]] = (
    _run("TimeGenerated", "datetime", "when the run ended", lambda of: _instant(of.run.finished_at)),
    _run("RunId", "string", "the run; joins its results", lambda of: of.run.id),
    _run("StartedAt", "datetime", "when the run began", lambda of: _instant(of.run.started_at)),
    _run("ToolVersion", "string", "version of auditor", lambda of: of.tool_version),
    _run("CloudName", "string", "Azure cloud", lambda of: _text(of.run.cloud)),
    _run("EntraTenantId", "string", "tenant that was read", lambda of: _text(of.run.tenant_id)),
    _run("Profile", "string", "the set of rules", lambda of: of.run.profile),
    _run("Scope", "dynamic", "ids of the audited scopes, the first 50", lambda of: _texts(of.run.scope)),
    _run("Grade", "string", "A to F, or – where nothing was judged", lambda of: of.score.marks.grade),
    _run("Score", "real", "percent, by what was judged", lambda of: of.score.marks.value),
    _run("ScoreLow", "real", "the same with each unknown failed", lambda of: of.score.marks.low),
    _run("ScoreHigh", "real", "the same with each unknown passed", lambda of: of.score.marks.high),
    _run("Coverage", "real", "part that could be judged, 0 to 1", lambda of: of.score.coverage),
    _run("Passed", "int", "results by status", lambda of: of.score.by_status.get("pass", 0)),
    _run("Failed", "int", "results by status", lambda of: of.score.by_status.get("fail", 0)),
    _run("UnknownCount", "int", "results by status", lambda of: of.score.by_status.get("unknown", 0)),
    _run("NotApplicable", "int", "results by status", lambda of: of.score.by_status.get("not_applicable", 0)),
    _run("Waived", "int", "failures that somebody has accepted", lambda of: of.score.waived),
    _run("Gaps", "int", "lists and resources that could not be read", lambda of: len(of.gaps)),
    _run("Unaudited", "string", "why nothing could be audited", lambda of: _text(of.unaudited)),
)

RESULTS: Final[tuple[Column[Judged], ...]] = (
    _result("TimeGenerated", "datetime", "when the run ended", lambda of: _instant(of.audit.run.finished_at)),
    _result("RunId", "string", "the run", lambda of: of.audit.run.id),
    _result("Fingerprint", "string", "the same finding in every run", lambda of: of.result.fingerprint),
    _result("RuleId", "string", "the rule", lambda of: of.result.rule),
    _result("RuleTitle", "string", "what the rule demands", lambda of: _text(of.titles.get(of.result.rule))),
    _result("Status", "string", "pass, fail, unknown or not_applicable", lambda of: of.result.status),
    _result("Severity", "string", "critical, high, medium, low or info", lambda of: of.result.severity.value),
    _result("Confidence", "string", "high, medium or low", lambda of: of.result.confidence.value),
    _result("AuditedResourceId", "string", "the resource", lambda of: _text(of.result.resource)),
    _result("AuditedResourceType", "string", "its type", lambda of: _text(of.result.resource_type)),
    _result("SubscriptionId", "string", "its subscription", lambda of: _text(of.result.subscription_id)),
    _result(
        "SubscriptionName", "string", "that one's name", lambda of: _subscription_name(of.audit, of.result)
    ),
    _result("Location", "string", "its region", lambda of: _text(of.result.location)),
    _result("Workloads", "dynamic", "ids of its workloads", lambda of: _texts(of.result.workloads)),
    _result("Related", "dynamic", "other ends that it is about", lambda of: _texts(of.result.related)),
    _result("Message", "string", "what was found", lambda of: _text(of.result.verdict.message)),
    _result(
        "FirstSeen", "datetime", "when it was found first, by the history", lambda of: _first_seen(of.result)
    ),
    _result("Reason", "string", "why it is unknown or not applicable", lambda of: _reason(of.result)),
    _result("MissingPermission", "string", "the action that would decide it", lambda of: _missing(of.result)),
    _result("Remedy", "string", "how to mend it", lambda of: _remedy(of.result)),
    _result("RemedyCommand", "string", "the Azure CLI command for it", lambda of: _remedy_command(of.result)),
    _result("WaiverOwner", "string", "who has accepted it", lambda of: _waiver_owner(of.result)),
    _result("WaiverExpires", "datetime", "until when", lambda of: _waiver_expires(of.result)),
)


def run_record(audit: AuditResult) -> dict[str, Value]:
    return {column.name: column.read(audit) for column in RUNS}


def result_records(audit: AuditResult) -> Iterator[dict[str, Value]]:
    titles = {rule.id: rule.title for rule in audit.rules}
    for result in audit.results:
        of = Judged(audit=audit, titles=titles, result=result)
        yield {column.name: column.read(of) for column in RESULTS}


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _text(text: str | None) -> str | None:
    return None if text is None else _cut(text)


def _texts(texts: tuple[str, ...]) -> list[str]:
    return [_cut(text, _LONGEST_ENTRY) for text in texts[:_MOST_ENTRIES]]


def _cut(text: str, longest: int = _LONGEST_TEXT) -> str:
    """On one line, without what could steer a viewer, and no longer than a field may be."""
    plain = one_line(text)
    return plain if len(plain) <= longest else f"{plain[: longest - 1]}…"


def _subscription_name(audit: AuditResult, result: Result) -> str | None:
    return _text(audit.subscription_names.get((result.subscription_id or "").lower()))


def _reason(result: Result) -> str | None:
    reason = getattr(result.verdict, "reason", None)
    return None if reason is None else str(reason)


def _first_seen(result: Result) -> str | None:
    return _instant(result.first_seen) if result.first_seen else None


def _missing(result: Result) -> str | None:
    gap = result.verdict.gap if isinstance(result.verdict, Unknown) else None
    return gap.action if gap else None


def _remedy(result: Result) -> str | None:
    return _text(result.remedy.summary) if result.remedy else None


def _remedy_command(result: Result) -> str | None:
    return _text(result.remedy.az) if result.remedy else None


def _waiver_owner(result: Result) -> str | None:
    return _text(result.waiver.owner) if result.waiver else None


def _waiver_expires(result: Result) -> str | None:
    return _midnight(result.waiver.expires) if result.waiver else None


def _midnight(day: date) -> str:
    return _instant(datetime.combine(day, time.min, UTC))
