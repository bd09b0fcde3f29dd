"""Format `jsonl`: one JSON object a line, for log pipelines; each says of which run it is.

`record` tells what a line is: a `result`, `gap`, `fix`, `waiver` or `change`, as the JSON report has them,
and last one `run` with the score. The last line is there also where nothing was audited: an audit that saw
nothing is not silence, and a file without it was cut off.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from auditor.model.document import document
from auditor.model.pack import Sheet
from auditor.model.result import AuditResult
from auditor_reports.json import encoded


def render(result: AuditResult, sheet: Sheet) -> str:
    """A line for each result, gap, fix, waiver and change, and one for the run, on any sheet."""
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
    changes = report["changes"]["changes"] if report["changes"] else ()
    for record, values in (
        ("result", report["results"]),
        ("gap", report["gaps"]),
        ("fix", report["fixes"]),
        ("waiver", report["waivers"]),
        ("change", changes),
    ):
        yield from ({"record": record, **about, **value} for value in values)
    summary = {key: report[key] for key in ("tool", "run", "score", "unaudited", "notices")}
    yield {"record": "run", **about, **summary}
