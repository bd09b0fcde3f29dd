"""A fix run: what follows the audit under `--fix`, from the plan to the report."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from auditor.collect.source import Source
from auditor.fix.after import changed_something, judged_after
from auditor.fix.approvals import Wish, planned
from auditor.fix.approving import Approver
from auditor.fix.change import Change, Ended, Plan, all_ended, reported
from auditor.fix.decision import Decision, decide_all
from auditor.fix.desk import Desk
from auditor.fix.history import History, OpenChange
from auditor.fix.journal import Journal, JournalFile, forgetful
from auditor.fix.known import Known
from auditor.fix.pace import Pace
from auditor.fix.preflight import lacking
from auditor.fix.sequence import Step, Work, broken_off, carried_out, no_step
from auditor.fix.settling import open_approvals, settled
from auditor.fix.sources import READS, SOURCES
from auditor.fix.writing import ArmWriter
from auditor.model.estate import Estate
from auditor.model.fix import Fix, Outcome
from auditor.model.ids import ArmId
from auditor.model.result import AuditResult
from auditor.model.wire import Resource
from auditor.scan import Audited

T = TypeVar("T")
log = logging.getLogger(__name__)

Agree = Callable[[Plan, Sequence[OpenChange]], str]
"""Shows the plan and asks. Empty: go ahead; else why nothing is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FixRun:
    """Called by the audit when it has judged. `kept` is None where this run can only plan."""

    wish: Wish
    agree: Agree
    history: History
    kept: JournalFile | None
    timeout_s: float
    pace: Pace = field(default_factory=Pace)
    step: Step = no_step
    sources: tuple[Source, ...] = SOURCES
    reads: tuple[type[Resource], ...] = READS

    def __call__(self, runner: asyncio.Runner, audited: Audited, /) -> AuditResult:
        """The report of the audit with what was planned and done. Ctrl-C ends the fixing, not the report."""
        estate = _with_certain_tenant(audited)
        earlier = open_approvals(self.history, estate)
        decisions = decide_all(self._known(audited, estate), self.wish.named)
        plan = planned(decisions, self.wish)
        refusal = self._agreed(plan, earlier)
        fixes = self._settled(runner, audited, earlier, may_write=not refusal)
        if refusal:
            fixes += all_ended(plan.changes, Outcome.PLANNED, refusal)
        elif any(fix.outcome.is_failure for fix in fixes):
            fixes += all_ended(plan.changes, Outcome.SKIPPED, "not begun: an earlier approval went wrong")
        else:
            fixes += self._made(runner, audited, estate, plan, decisions)
        return _report(runner, audited, (*fixes, *plan.others))

    def _known(self, audited: Audited, estate: Estate) -> Known:
        return Known(
            estate=estate,
            relations=audited.relations,
            declared=audited.options.declared,
            wanted=audited.scope.wanted,
            rejected=self.history.rejected,
            now=datetime.now(UTC),
        )

    def _agreed(self, plan: Plan, earlier: Sequence[OpenChange]) -> str:
        try:
            return self.agree(plan, earlier)
        except KeyboardInterrupt:
            return "not confirmed: interrupted"

    def _journal(self, audited: Audited) -> Journal:
        return self.kept.of_run(audited.run.id) if self.kept else forgetful(audited.run.id)

    def _desk(self, audited: Audited, subjects: Sequence[ArmId]) -> Desk:
        writer = ArmWriter(audited.opened, subjects, self.timeout_s)
        return Desk(audited.opened.reader, writer, audited.run.id, self.pace)

    def _settled(
        self, runner: asyncio.Runner, audited: Audited, earlier: Sequence[OpenChange], *, may_write: bool
    ) -> tuple[Fix, ...]:
        found: list[Fix] = []
        desk = self._desk(audited, [one.change.subject for one in earlier] if may_write else [])
        doing = settled(earlier, desk, self._journal(audited), found, self.step, may_write=may_write)
        _finished(runner, doing)
        left = [one.change for one in earlier[len(found) :]]
        return (*found, *all_ended(left, Outcome.UNVERIFIED, "interrupted before it was looked at"))

    def _made(
        self,
        runner: asyncio.Runner,
        audited: Audited,
        estate: Estate,
        plan: Plan,
        decisions: Sequence[Decision],
    ) -> tuple[Fix, ...]:
        missing = _finished(runner, lacking(audited.opened.reader, plan.changes))
        if missing is None:
            return all_ended(plan.changes, Outcome.FAILED, "interrupted; nothing was sent")
        if missing:
            return tuple(_not_permitted(change, missing.get(change.target)) for change in plan.changes)
        desk = self._desk(audited, [change.subject for change in plan.changes])
        approver = Approver(desk=desk, tenant_id=estate.tenant_id, visible=frozenset(estate.visible))
        by_id = {decision.connection.id: decision for decision in decisions}

        async def make(work: Work) -> Ended:
            return await approver.approve(work, by_id[work.change.subject])

        def was_sent(change: Change) -> bool:
            return change.subject in desk.writer.sent

        found: list[Fix] = []
        journal = self._journal(audited)
        _finished(runner, carried_out(plan.changes, make, journal, was_sent, found, self.step))
        return (*found, *_interrupted(plan.changes[len(found) :], was_sent))


def _with_certain_tenant(audited: Audited) -> Estate:
    """The estate, its tenant None where it is only a guess: then nothing in it is provably ours.

    The token says which tenant it is for, and so does the operator; else all that is visible must agree.
    """
    said = audited.opened.claims.get("tid") or audited.options.tenant
    tenants = {(tenant or "").lower() for tenant in audited.estate.visible.values()}
    return audited.estate if said or len(tenants) == 1 else replace(audited.estate, tenant_id=None)


def _finished(runner: asyncio.Runner, doing: Coroutine[Any, Any, T]) -> T | None:
    """What it returns; None where somebody interrupts it."""
    try:
        return runner.run(doing)
    except KeyboardInterrupt:
        return None


def _not_permitted(change: Change, missing: str | None) -> Fix:
    if missing is None:
        said = "not begun: what is missing elsewhere keeps all from being written"
        return reported(change, Ended(outcome=Outcome.SKIPPED, after=change.before, message=said))
    said = f"nothing was written: {missing}"
    return reported(change, Ended(outcome=Outcome.FAILED, after=change.before, message=said))


def _interrupted(left: Sequence[Change], was_sent: Callable[[Change], bool]) -> tuple[Fix, ...]:
    """Of those that a second Ctrl-C left, only the first can have been begun."""
    if not left:
        return ()
    first = reported(left[0], broken_off(left[0], "interrupted", sent=was_sent(left[0])))
    return (first, *all_ended(left[1:], Outcome.SKIPPED, "not begun: interrupted"))


def _report(runner: asyncio.Runner, audited: Audited, fixes: tuple[Fix, ...]) -> AuditResult:
    judged = None
    try:
        judged = _finished(runner, judged_after(audited, fixes)) if changed_something(fixes) else None
    except Exception as error:
        # What was written must be reported, whatever else fails.
        log.warning("judging again what was fixed failed: %s", error, exc_info=error)
    now, said = judged or (audited, fixes)
    return replace(now.report(), fixes=said)
