"""Format `jsonl`: one JSON object a line, for log pipelines; each says of which run it is.

`record` tells what a line is: a `result` (the object of the JSON report), a `gap`, a `fix`, and last one
`run` with the score. The last line is there also where nothing was audited, so that an audit that saw nothing
is not silence, and a file without it was cut off.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from auditor.model.document import document
from auditor.model.pack import Sheet
from auditor.model.result import AuditResult
from auditor_reports.json import encoded


def render(result: AuditResult, sheet: Sheet) -> str:
    """A line for each result, gap and fix, and one for the run. The sheet changes nothing."""
    return "".join(f"{encoded(record, indented=False)}\n" for record in _records(result))


def _records(result: AuditResult) -> Iterator[dict[str, Any]]:
    report = document(result)
    run = report["run"]
    about = {
        "schema_version": report["schema_version"],
        "time": run["finished_at"],
        "run_id": run["id"],
        "tenant_id": run["tenant_id"],
        "cloud": run["cloud"],
    }
    for found in report["results"]:
        yield {"record": "result", **about, **found}
    for gap in report["gaps"]:
        yield {"record": "gap", **about, **gap}
    for fix in report["fixes"]:
        yield {"record": "fix", **about, **fix}
    summary = {key: report[key] for key in ("tool", "run", "score", "unaudited", "notices")}
    yield {"record": "run", **about, **summary}
