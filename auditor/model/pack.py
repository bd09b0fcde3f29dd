"""What a pack brings: rules, writers and sources, all through one entry point, ours and a stranger's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from auditor.model.changes import Changes
from auditor.model.finding import Severity
from auditor.model.result import AuditResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a report is written on.

    `width` in columns; `is_terminal` tells whether colour and links are welcome. Failures below
    `min_severity` are counted, not shown, by writers for people; machine formats carry everything.
    """

    width: int = 100
    is_terminal: bool = False
    min_severity: Severity = Severity.INFO


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """One report format. `render` gives the whole text, ending in a newline; it reads and writes nothing."""

    name: str
    summary: str
    render: Callable[[AuditResult, Sheet], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesWriter:
    """One format of `auditor diff`, as `Writer` is one of the report."""

    name: str
    summary: str
    render: Callable[[Changes, Sheet], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """The object behind an entry point of the group `auditor.packs`.

    `rules` are `auditor.rule.Rule`, `sources` `auditor.collect.source.Source`: the model does not know them.
    """

    name: str
    version: str
    rules: tuple[Any, ...] = ()
    writers: tuple[Writer, ...] = ()
    changes_writers: tuple[ChangesWriter, ...] = ()
    sources: tuple[Any, ...] = ()
