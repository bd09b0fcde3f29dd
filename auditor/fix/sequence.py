"""Carries out a plan, one change after the other: journal, make, journal. The first failure ends it.

How a change of one kind is made is the caller's; what must hold for all kinds is here: nothing is made that
was not journalled before, whatever happens is journalled after, and an interrupted run still reports.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from auditor.fix.change import Change, Ended, reported
from auditor.fix.journal import Journal, JournalLost
from auditor.model.fix import Fix, Outcome
from auditor.model.ids import ArmId

log = logging.getLogger(__name__)

Step = Callable[[str, Change], None]
"""Told of each step that was taken: `intended`, what `make` reaches, `ended`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One change in the making, journalled under `name`."""

    change: Change
    name: str
    journal: Journal
    step: Step

    def reached(self, what: str) -> None:
        self.step(what, self.change)

    def undoing(self, endpoint: ArmId | None, why: str) -> None:
        """Journal that it is about to be undone. To undo matters more than to remember it."""
        try:
            self.journal.undoing(self.name, endpoint, why)
        except JournalLost as lost:
            log.warning("%s", lost)
        self.reached("undoing")


Make = Callable[[Work], Awaitable[Ended]]


def no_step(_what: str, _change: Change) -> None:
    """For who need not know."""


async def carried_out(
    changes: Sequence[Change],
    make: Make,
    journal: Journal,
    was_sent: Callable[[Change], bool],
    found: list[Fix],
    step: Step = no_step,
) -> None:
    """Add to `found` what came of each change, in order. Those behind the first that failed are skipped.

    `was_sent` tells whether anything of a change has left this process, for the case that its making broke
    off. Being cancelled (Ctrl-C) ends the change at hand and skips the rest; it is not raised again, so that
    the report is written.
    """
    stopped = ""
    for change in changes:
        if stopped:
            ended = Ended(outcome=Outcome.SKIPPED, after=change.before, message=stopped)
        else:
            ended = await _one(change, make, journal, was_sent, step)
        found.append(reported(change, ended))
        if ended.outcome.is_failure:
            stopped = "not begun: the run ended with the change before it"


def broken_off(change: Change, why: str, *, sent: bool) -> Ended:
    """What is to be said of a change whose making did not come to its end."""
    if sent:
        said = f"{why} after it was sent: the next run looks what came of it"
        return Ended(outcome=Outcome.UNVERIFIED, after=None, message=said)
    return Ended(outcome=Outcome.FAILED, after=change.before, message=f"{why}; nothing was sent")


async def _one(
    change: Change, make: Make, journal: Journal, was_sent: Callable[[Change], bool], step: Step
) -> Ended:
    try:
        name = journal.intend(change)
    except JournalLost as lost:
        return Ended(outcome=Outcome.FAILED, after=change.before, message=f"nothing was sent: {lost}")
    step("intended", change)
    ended = await _made(Work(change=change, name=name, journal=journal, step=step), make, was_sent)
    try:
        journal.ended(name, ended)
    except JournalLost as lost:
        return replace(ended, outcome=_at_least_unverified(ended), message=f"{ended.message}; {lost}")
    step("ended", change)
    return ended


async def _made(work: Work, make: Make, was_sent: Callable[[Change], bool]) -> Ended:
    try:
        return await make(work)
    except asyncio.CancelledError:
        if (task := asyncio.current_task()) is not None:
            task.uncancel()
        return broken_off(work.change, "interrupted", sent=was_sent(work.change))
    except Exception as error:
        log.warning("making %s broke off", work.change.subject, exc_info=error)
        said = f"broke off with {type(error).__name__}: {error}"
        return broken_off(work.change, said, sent=was_sent(work.change))


def _at_least_unverified(ended: Ended) -> Outcome:
    """What is not on record is looked after once more, however well it went."""
    return ended.outcome if ended.outcome.is_failure else Outcome.UNVERIFIED
