"""The report writers that ship with the auditor."""

from __future__ import annotations

from auditor import __version__
from auditor.model.pack import ChangesWriter, Pack, Writer
from auditor_reports import diff_json, diff_markdown, diff_terminal, json, terminal

PACK = Pack(
    name="auditor_reports",
    version=__version__,
    writers=(
        Writer(name="terminal", summary="for people, to be read in a minute", render=terminal.render),
        Writer(name="json", summary="the whole report, schema 1.0", render=json.render),
    ),
    changes_writers=(
        ChangesWriter(name="terminal", summary="for people", render=diff_terminal.render),
        ChangesWriter(name="json", summary="`changes` of a report", render=diff_json.render),
        ChangesWriter(name="markdown", summary="for pull requests", render=diff_markdown.render),
    ),
)
