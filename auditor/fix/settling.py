"""Approvals that an earlier run left open: it was killed, interrupted, or could not see what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from auditor.fix.change import Ended, reported
from auditor.fix.desk import Desk
from auditor.fix.history import History, OpenChange
from auditor.fix.journal import Journal, JournalLost
from auditor.fix.sequence import Step, Work
from auditor.fix.verifying import resumed
from auditor.model.estate import Estate
from auditor.model.fix import Fix, FixKind, Outcome


def open_approvals(history: History, estate: Estate) -> tuple[OpenChange, ...]:
    """Those that this sign-in can look at: a journal may tell of several tenants."""
    return tuple(
        one
        for one in history.open
        if one.change.kind is FixKind.APPROVE_PRIVATE_ENDPOINT
        and one.change.subject.subscription in estate.visible
    )


async def settled(
    earlier: Sequence[OpenChange],
    desk: Desk,
    journal: Journal,
    found: list[Fix],
    step: Step,
    *,
    may_write: bool,
) -> None:
    """Add to `found` what became of each. One that cannot be told stays open."""
    for one in earlier:
        work = Work(change=one.change, name=one.name, journal=journal, step=step)
        ended = await resumed(desk, work, one, may_write=may_write)
        try:
            journal.ended(one.name, ended)
        except JournalLost as lost:
            ended = replace(ended, outcome=Outcome.UNVERIFIED, message=f"{ended.message}; {lost}")
        found.append(reported(one.change, _told(one, ended)))


def _told(one: OpenChange, ended: Ended) -> Ended:
    when = one.at.strftime("%Y-%m-%d %H:%M:%S")
    return replace(ended, message=f"left open by run {one.run_id} at {when} UTC: {ended.message}")
