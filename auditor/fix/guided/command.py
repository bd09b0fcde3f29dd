"""`auditor fix REPORT.json FINGERPRINT…`: from a saved report to changes, and what came of them."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO
from uuid import uuid4

from auditor import output, plugins, saved
from auditor.collect.session import connected
from auditor.exitcodes import ExitCode
from auditor.fix import journal, showing
from auditor.fix.change import Change, all_ended
from auditor.fix.guided.applying import Applier
from auditor.fix.guided.clients import refuse_missing_clients
from auditor.fix.guided.judging import judged_again
from auditor.fix.guided.planning import planned
from auditor.fix.guided.selection import chosen
from auditor.fix.guided.settling import settle
from auditor.fix.journal import JournalFile
from auditor.fix.pace import Pace
from auditor.fix.preflight import lacking
from auditor.fix.sequence import carried_out
from auditor.model.fix import Fix, Outcome
from auditor.model.plaintext import one_line
from auditor.model.result import AuditResult, Result
from auditor.options import ScanOptions
from auditor.plugins import Packs
from auditor.progress import Progress
from auditor.scan import way


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One run of the command. `progress` makes a progress for one stretch of work."""

    report: AuditResult
    findings: tuple[Result, ...]
    options: ScanOptions
    packs: Packs
    is_confirmed: bool
    progress: Callable[[], Progress]
    pace: Pace


def run(
    report_file: str,
    fingerprints: Sequence[str],
    options: ScanOptions,
    *,
    is_confirmed: bool,
    journal_file: Path | None,
    progress: Callable[[], Progress],
) -> int:
    """Apply the remedies and return the exit code. Raises AuditorError.

    Reports asked for by --format are the saved one with these `fixes` added. The terminal shows the fixes
    alone, on stderr where a report goes to standard output.
    """
    refuse_missing_clients()
    report = saved.load(report_file)
    packs = plugins.load()
    task = Task(
        report=report,
        findings=chosen(report, fingerprints),
        options=options,
        packs=packs,
        is_confirmed=is_confirmed,
        progress=progress,
        pace=Pace(),
    )
    wishes = [wish for wish in options.outputs if wish.file is not None or wish.format != "terminal"]
    writers = [(packs.writer(wish.format), wish.file) for wish in wishes]
    output.refuse_unwritable(wish.file for wish in wishes)
    with journal.opened(journal_file or journal.default_path()) as opened:
        fixes = asyncio.run(_run(task, opened))
    is_taken = any(wish.file is None for wish in wishes)
    _show(fixes, sys.stderr if is_taken else sys.stdout)
    output.write(replace(report, fixes=(*report.fixes, *fixes)), writers, options.min_severity)
    return int(ExitCode.FIX_FAILED if any(fix.outcome.is_failure for fix in fixes) else ExitCode.COMPLETE)


async def _run(task: Task, opened: JournalFile) -> tuple[Fix, ...]:
    now, own = datetime.now(UTC), opened.of_run(str(uuid4()))
    async with connected(way(task.options), _nobody_counts) as connection:
        with task.progress() as progress:
            earlier = await settle(connection.reader, opened.history, own, task.pace, progress, now)
            progress.started("judging again")
            judged = await judged_again(connection, task.report, task.findings, task.options, task.packs, now)
            guided = await planned(connection.reader, task.findings, judged)
            missing = await lacking(connection.reader, guided.plan.changes)
        showing.show(guided.plan)
        changes = guided.plan.changes
        if missing:
            said = "; ".join(missing.values())
            return (*earlier, *guided.plan.others, *all_ended(changes, Outcome.FAILED, said))
        if unsaid := _unconfirmed(task, changes):
            return (*earlier, *guided.plan.others, *all_ended(changes, Outcome.PLANNED, unsaid))
        with task.progress() as progress:
            applier = Applier(connection, guided.steps, task.pace, progress)
            done: list[Fix] = []
            await carried_out(changes, applier.apply, own, applier.was_sent, done)
        return (*earlier, *guided.plan.others, *done)


def _nobody_counts() -> None:
    """Requests are few here, and a question may be asked between them."""


def _unconfirmed(task: Task, changes: Sequence[Change]) -> str:
    """Why nothing is written; "" where it may be."""
    if not changes or task.is_confirmed:
        return ""
    if not showing.may_ask():
        return "nothing was written: there is no terminal to ask at, and no --yes"
    return "" if showing.confirmed("Apply this plan?") else "nothing was written: it was not confirmed"


def _show(fixes: Sequence[Fix], stream: TextIO) -> None:
    for fix in fixes:
        lines = [f"{fix.outcome.value}: {fix.message}"]
        if fix.revert and fix.outcome is not Outcome.PLANNED:
            lines.append(f"  undo: {fix.revert}")
        for line in lines:
            stream.write(f"{one_line(line)}\n")
