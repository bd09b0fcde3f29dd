"""The report writers that ship with the auditor."""

from __future__ import annotations

from auditor import __version__
from auditor.model.pack import ChangesWriter, Pack, Writer
from auditor_reports import (
    csv,
    diff_json,
    diff_markdown,
    diff_terminal,
    html,
    json,
    jsonl,
    junit,
    markdown,
    ocsf,
    openmetrics,
    sarif,
    terminal,
)

PACK = Pack(
    name="auditor_reports",
    version=__version__,
    writers=(
        Writer(name="terminal", summary="for people, to be read in a minute", render=terminal.render),
        Writer(name="html", summary="one page with a map of each workload", render=html.render),
        Writer(name="json", summary="the whole report, schema 1.0", render=json.render),
        Writer(name="jsonl", summary="one JSON object a line, for log pipelines", render=jsonl.render),
        Writer(name="csv", summary="one row for each result, for spreadsheets", render=csv.render),
        Writer(name="markdown", summary="for job summaries and tickets", render=markdown.render),
        Writer(name="sarif", summary="SARIF 2.1.0, for code scanning", render=sarif.render),
        Writer(name="ocsf", summary="OCSF Compliance Finding, for security lakes", render=ocsf.render),
        Writer(name="junit", summary="JUnit XML, for test reports of pipelines", render=junit.render),
        Writer(name="openmetrics", summary="OpenMetrics, for Prometheus", render=openmetrics.render),
    ),
    changes_writers=(
        ChangesWriter(name="terminal", summary="for people", render=diff_terminal.render),
        ChangesWriter(name="json", summary="`changes` of a report", render=diff_json.render),
        ChangesWriter(name="markdown", summary="for pull requests", render=diff_markdown.render),
    ),
)
