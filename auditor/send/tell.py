"""Everything that is told to others of one audit. What fails is said in words, never raised."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from auditor.model.result import AuditResult
from auditor.options import ScanOptions
from auditor.pipeline_log import Service, command, service
from auditor.plugins import Packs
from auditor.send.annotations import Annotation, annotate, written


def tell(result: AuditResult, options: ScanOptions, packs: Packs) -> Iterator[str]:
    """Tell the pipeline that runs us. Yields what failed, a line each, as it fails."""
    running = service(os.environ)
    if running and options.annotations:
        for annotation in annotate(result, options.fail_on, options.min_severity):
            command(written(annotation, running))
        if running is Service.GITHUB_ACTIONS:
            yield from _summarize(result, options, packs)


def tell_error(message: str) -> None:
    """Tell the pipeline that runs us why there was no audit."""
    if running := service(os.environ):
        command(written(Annotation("error", "nothing was audited", message), running))


def _summarize(result: AuditResult, options: ScanOptions, packs: Packs) -> Iterator[str]:
    from auditor.send import job_summary

    file = os.environ.get("GITHUB_STEP_SUMMARY")
    writer = next((one for one in packs.writers if one.name == "markdown"), None)
    if not file or not writer:
        return
    try:
        job_summary.append(Path(file), result, writer.render, options.min_severity)
    except OSError as error:
        yield f"the job summary {file} could not be written: {error.strerror or error}"
