"""Reports of every kind, by name: what each writer must render alike from the run and from the saved file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from auditor import plugins
from auditor.model.finding import ABSENT, Evidence, Fail, Remedy, Severity
from auditor.model.fix import Outcome
from auditor.model.result import AuditResult, Marks
from auditor.options import parse
from auditor.progress import choose_progress
from auditor.sandbox.demo import sample_connection
from auditor.scan import audit as live_audit
from tests.reports.example import OPENAI, audit, fix_of, result_of
from tests.reports.hostile import HOSTILE, hostile_audit

_NUMBERS = (0, 0.0, -0.0, 1e300, 2**80, -(2**64))
_EXOTIC: tuple[object, ...] = (
    ABSENT,
    None,
    False,
    *_NUMBERS,
    "",
    "\ud800",
    "\x00",
    [],
    {},
    [[None]],
    {"": {}},
)


@cache
def sample() -> AuditResult:
    """The sample tenant, audited."""
    options = parse(["demo", "-q"], {}, Path("/nonexistent")).options
    with choose_progress(wanted=False, stderr_is_terminal=False) as progress:
        return live_audit(sample_connection(progress.request_finished), options, plugins.load(), (), progress)


def unaudited() -> AuditResult:
    """Nothing could be audited."""
    plain = audit()
    nothing = Marks(value=None, low=None, high=None, grade="–")
    score = replace(
        plain.score,
        marks=nothing,
        coverage=1.0,
        by_status=dict.fromkeys(plain.score.by_status, 0),
        fails_by_severity=dict.fromkeys(plain.score.fails_by_severity, 0),
        waived=0,
        by_workload=(),
        by_subscription=(),
    )
    run = replace(plain.run, scope=(), tenant_id=None)
    empty = replace(plain, run=run, score=score, results=(), workloads=(), gaps=(), notices=(), changes=None)
    return replace(
        empty, subscription_names={}, unaudited="Sign-in failed: the token has expired. Run az login."
    )


def fixed() -> AuditResult:
    """The run of a fix, with every outcome."""
    return replace(audit(), fixes=tuple(fix_of(outcome, "m", revert="az …") for outcome in Outcome))


def exotic() -> AuditResult:
    """Every value that JSON has and that is easily taken for another."""
    evidence = tuple(
        Evidence(resource=OPENAI, path=f"properties.x[{n}]", value=v) for n, v in enumerate(_EXOTIC)
    )
    found = result_of(
        "openai-public-network-access",
        Fail(message="m", evidence=evidence),
        Severity.INFO,
        OPENAI,
        remedy=Remedy(summary="s", az=None),
    )
    plain = audit()
    run = replace(
        plain.run,
        started_at=datetime(2026, 3, 2, 9, 30, 0, 1_000, tzinfo=UTC),
        finished_at=datetime(2026, 3, 2, 9, 30, 0, 51_000, tzinfo=UTC),
        principal_id="5c1d0f6e-0000-4000-8000-000000000003",
        options={"all_resources": True, "min_score": 12.5, "rule": ["a", "b"]},
    )
    return replace(plain, run=run, results=(*plain.results, found))


def specimens() -> Mapping[str, AuditResult]:
    """By name; the sample tenant's is another, for it takes an audit."""
    hostile = {f"hostile-{name}": hostile_audit(text) for name, text in HOSTILE.items()}
    return {"example": audit(), "fixed": fixed(), "unaudited": unaudited(), "exotic": exotic(), **hostile}
