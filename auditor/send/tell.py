"""Everything that is told to others of one audit. What fails is said in words, never raised."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from auditor import saved
from auditor.collect.session import Way
from auditor.diff import compare, side_of
from auditor.errors import UsageError
from auditor.gate import audited_nothing
from auditor.model.result import AuditResult
from auditor.options import ScanOptions
from auditor.pipeline_log import Service, command, page, service
from auditor.plugins import Packs
from auditor.send import log_analytics
from auditor.send.annotations import Annotation, annotate, written
from auditor.send.messages import body
from auditor.send.news import News, news
from auditor.send.post import NotPosted, post


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What sending needs and what can be wrong with it before the audit begins."""

    way: Way
    baseline: AuditResult | None

    def compared(self, result: AuditResult) -> AuditResult:
        """The report with what changed since the baseline; without one, as it was."""
        if self.baseline is None:
            return result
        return replace(result, changes=compare(side_of(self.baseline), side_of(result)))


def prepared(options: ScanOptions, way: Way) -> Prepared:
    """Raises UsageError where the baseline cannot be read, or the uploader is not installed."""
    if options.send and not _is_installed("azure.monitor.ingestion"):
        hint = "Install azure-ai-auditor[send]."
        raise UsageError("--send needs azure-monitor-ingestion, which is not installed", hint)
    baseline = saved.load(str(options.baseline)) if options.baseline else None
    return Prepared(way=way, baseline=baseline)


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # its parent is missing
        return False


def tell(result: AuditResult, options: ScanOptions, packs: Packs, ready: Prepared) -> Iterator[str]:
    """Tell tables, chats and the pipeline that runs us. Yields what failed, a line each, as it fails."""
    running = service(os.environ) if options.annotations else None
    for failure in _sent(result, options, ready):
        yield failure
        if running:
            command(written(Annotation("warning", "not sent", failure), running))
    if running and not _is_empty_as_expected(result, options):
        for annotation in annotate(result, options.fail_on, options.min_severity):
            command(written(annotation, running))
    if running is Service.GITHUB_ACTIONS:
        yield from _summarize(result, options, packs)


def _sent(result: AuditResult, options: ScanOptions, ready: Prepared) -> Iterator[str]:
    for tables in options.send:
        try:
            asyncio.run(log_analytics.upload(result, tables, ready.way))
        except log_analytics.NotSent as failure:
            yield str(failure)
    if options.notify and not _is_empty_as_expected(result, options):
        told = news(result, options.min_severity, page(os.environ))
        yield from _notified(told, options, ready)


def _is_empty_as_expected(result: AuditResult, options: ScanOptions) -> bool:
    return bool(result.unaudited) and not audited_nothing(result, options)


def _notified(told: News, options: ScanOptions, ready: Prepared) -> Iterator[str]:
    if not told.is_worth_telling:
        return
    for webhook in options.notify:
        try:
            asyncio.run(post(webhook, body(webhook.kind, told), ready.way))
        except NotPosted as failure:
            yield str(failure)


def tell_error(message: str) -> None:
    """Tell the pipeline that runs us why there was no audit."""
    if running := service(os.environ):
        command(written(Annotation("error", "nothing was audited", message), running))


def _summarize(result: AuditResult, options: ScanOptions, packs: Packs) -> Iterator[str]:
    from auditor.send import job_summary

    file = os.environ.get("GITHUB_STEP_SUMMARY")
    if not file:
        return
    try:
        job_summary.append(Path(file), result, packs.writer("markdown").render, options.min_severity)
    except OSError as error:
        yield f"the job summary {file} could not be written: {error.strerror or error}"
