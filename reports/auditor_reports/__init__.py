"""The report writers that ship with the auditor."""

from __future__ import annotations

from auditor import __version__
from auditor.model.pack import Pack, Writer
from auditor_reports import json, terminal

PACK = Pack(
    name="auditor_reports",
    version=__version__,
    writers=(
        Writer(name="terminal", summary="for people, to be read in a minute", render=terminal.render),
        Writer(name="json", summary="the whole report, schema 1.0", render=json.render),
    ),
)
