"""Format `csv`: RFC 4180, one row for each result, to be opened in a spreadsheet or loaded as a table.

The file begins with a byte order mark: without it Excel reads UTF-8 as the machine's old code page.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

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
    written = io.StringIO(newline="")
    table = csv.DictWriter(written, COLUMNS, restval="", lineterminator="\r\n")
    table.writeheader()
    for row in _rows(result):
        table.writerow({column: _cell(value) for column, value in row.items()})
    return BYTE_ORDER_MARK + written.getvalue()


def _rows(result: AuditResult) -> Iterator[dict[str, str | None]]:
    """A row for each result; one too where nothing was audited: an empty table reads as nothing found."""
    run = result.run
    about = {
        "run_id": run.id,
        "run_started_at": timestamp(run.started_at),
        "tenant_id": run.tenant_id,
    }
    if result.unaudited is not None:
        said = {"title": "Nothing was audited", "status": "unknown", "message": result.unaudited}
        yield {**about, **said}
    rules, changes = rules_by_id(result), change_kinds(result)
    names = {workload.id: workload.name for workload in result.workloads}
    for found in result.results:
        subscription = result.subscription_names.get((found.subscription_id or "").lower())
        workloads = _joined(names.get(workload, workload) for workload in found.workloads)
        more = {"subscription_name": subscription, "workloads": workloads}
        yield {**about, **more, **_row(found, rules[found.rule]), "change": changes.get(found.fingerprint)}


def _row(found: Result, rule: RuleSummary) -> dict[str, str | None]:
    gap, remedy, waiver = gap_of(found), found.remedy, found.waiver
    return {
        "subscription_id": found.subscription_id,
        "location": found.location,
        "rule": found.rule,
        "title": rule.title,
        "status": found.status,
        "severity": found.severity,
        "confidence": found.confidence,
        "resource": found.resource,
        "resource_type": found.resource_type,
        "related": _joined(found.related),
        "message": found.verdict.message,
        "reason": reason_of(found),
        "missing_action": gap.action if gap else None,
        "evidence": _joined(evidence_lines(found)),
        "notes": _joined(found.verdict.notes),
        "first_seen": timestamp(found.first_seen) if found.first_seen else None,
        "remediation": remedy.summary if remedy else None,
        "remediation_command": remedy.az if remedy else None,
        "url": (remedy.url if remedy else None) or rule.url,
        "waived_by": waiver.owner if waiver else None,
        "waived_until": waiver.expires.isoformat() if waiver else None,
        "waiver_reason": waiver.reason if waiver else None,
        "fingerprint": found.fingerprint,
    }


def _joined(texts: Iterable[str]) -> str:
    return "; ".join(texts)


# Most cells repeat from row to row: the run, the rule, the subscription.
@lru_cache(maxsize=4096)
def _cell(value: str | None) -> str:
    """The text on one line, with an apostrophe before whatever a spreadsheet would calculate."""
    return _FORMULA.sub(r"\1\2'", shortened(visible(value or ""), CELL_LIMIT))
