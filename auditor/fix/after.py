"""What the rules say once something was approved: the audit made again, from fresh reads."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from auditor.model.fix import Fix, Outcome
from auditor.model.result import Result
from auditor.scan import Audited

# Those about a connection and its endpoint themselves.
RULES = (
    "private-endpoint-pending",
    "private-endpoint-unknown-requester",
    "private-endpoint-foreign-approval",
    "private-endpoint-health",
    "dns-records-match",
)


def changed_something(fixes: Iterable[Fix]) -> bool:
    return any(fix.outcome in (Outcome.APPROVED, Outcome.ALREADY_APPROVED, Outcome.REVERTED) for fix in fixes)


async def judged_after(audited: Audited, fixes: Sequence[Fix]) -> tuple[Audited, tuple[Fix, ...]]:
    """The audit made again from fresh reads, and the fixes: an approval changes more verdicts than its own.

    A fix says what the rules say of its connection and endpoint now, also those that were not selected.
    """
    fresh, named = await audited.again(RULES)
    return fresh, tuple(_said(fix, named) for fix in fixes)


def _said(fix: Fix, fresh: Sequence[Result]) -> Fix:
    if not changed_something([fix]):
        return fix
    about = [result for result in fresh if _touches(result, _ends(fix))]
    said = [f"{one.rule} {one.status.replace('_', ' ')}{_why(one)}" for one in about if _says(one)]
    return replace(fix, message=f"{fix.message}. Judged again: {'; '.join(said) or 'nothing about it'}")


def _says(result: Result) -> bool:
    return result.status != "not_applicable"


def _why(result: Result) -> str:
    return "" if result.status == "pass" else f" ({result.verdict.message})"


def _ends(fix: Fix) -> frozenset[str]:
    return frozenset(end.lower() for end in (fix.connection, fix.private_endpoint) if end)


def _touches(result: Result, ends: Collection[str]) -> bool:
    return any(end.lower() in ends for end in (result.resource, *result.related))
