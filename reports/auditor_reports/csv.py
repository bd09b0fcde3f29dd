"""Format `csv`: RFC 4180, one row for each result, to be opened in a spreadsheet or loaded as a table.

The file begins with a byte order mark: without it Excel reads UTF-8 as the machine's old code page.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping

from auditor.model.json_value import timestamp
from auditor.model.pack import Sheet
from auditor.model.result import AuditResult, Result, RuleSummary
from auditor_reports.findings import change_kinds, evidence_lines, gap_of, reason_of, rules_by_id
from auditor_reports.visible import shortened, visible

BYTE_ORDER_MARK = "\ufeff"
# Excel holds 32,767 characters in a cell and spills the rest into the next row.
CELL_LIMIT = 32_000
COLUMNS = (
    *("run_id", "run_started_at", "tenant_id", "subscription_id", "subscription_name", "location"),
    *("rule", "title", "status", "severity", "confidence", "resource", "resource_type", "related"),
    *("workloads", "message", "reason", "missing_action", "evidence", "notes", "first_seen", "change"),
    *("remediation", "remediation_command", "url"),
    *("waived_by", "waived_until", "waiver_reason", "fingerprint"),
)
# What a spreadsheet takes for the start of a formula, in the widths that it takes: at the start of a cell,
# and behind a semicolon, which is the separator of half of Europe. https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = re.compile(r"(^|;)(\s*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")


def render(result: AuditResult, sheet: Sheet) -> str:
    """The table, with a header. The sheet changes nothing: machines get everything."""
    rules = rules_by_id(result)
    written = io.StringIO(newline="")
    table = csv.writer(written, lineterminator="\r\n")
    table.writerow(COLUMNS)
    if result.unaudited is not None:
        table.writerow([_cell(value) for value in _unaudited(result, result.unaudited)])
    changes = change_kinds(result)
    for found in result.results:
        row = _row(found, rules[found.rule], result, changes)
        table.writerow([_cell(value) for value in row])
    return BYTE_ORDER_MARK + written.getvalue()


def _row(
    found: Result, rule: RuleSummary, result: AuditResult, changes: Mapping[str, str]
) -> tuple[str | None, ...]:
    gap, remedy, waiver = gap_of(found), found.remedy, found.waiver
    return (
        *(result.run.id, timestamp(result.run.started_at), result.run.tenant_id, found.subscription_id),
        *(result.subscription_names.get((found.subscription_id or "").lower()), found.location),
        *(found.rule, rule.title, found.status, found.severity, found.confidence),
        *(found.resource, found.resource_type, _joined(found.related), _joined(_workloads(found, result))),
        *(found.verdict.message, reason_of(found), gap.action if gap else None),
        *(_joined(evidence_lines(found)), _joined(found.verdict.notes)),
        *(timestamp(found.first_seen) if found.first_seen else None, changes.get(found.fingerprint)),
        *((remedy.summary, remedy.az) if remedy else (None, None)),
        remedy.url or rule.url if remedy else rule.url,
        *((waiver.owner, waiver.expires.isoformat(), waiver.reason) if waiver else (None, None, None)),
        found.fingerprint,
    )


def _unaudited(result: AuditResult, why: str) -> list[str | None]:
    """A row all the same: a table without any would read as nothing found."""
    said = {"title": "Nothing was audited", "status": "unknown", "message": why}
    run = result.run
    said |= {"run_id": run.id, "run_started_at": timestamp(run.started_at), "tenant_id": run.tenant_id or ""}
    return [said.get(column) for column in COLUMNS]


def _workloads(found: Result, result: AuditResult) -> list[str]:
    names = {workload.id: workload.name for workload in result.workloads}
    return [names.get(workload, workload) for workload in found.workloads]


def _joined(texts: Iterable[str]) -> str:
    return "; ".join(texts)


def _cell(value: str | None) -> str:
    """The text on one line, with an apostrophe before whatever a spreadsheet would calculate."""
    return _FORMULA.sub(r"\1\2'", shortened(visible(value or ""), CELL_LIMIT))
