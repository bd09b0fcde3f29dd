"""Applies one step: read again, compare, send, wait, read again, and prove that nothing else changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from auditor.collect.refusal import ReadFailed
from auditor.collect.session import Connection
from auditor.fix.change import Change, Ended
from auditor.fix.guided.comparing import strayed, told, unmet
from auditor.fix.guided.reading import read_object
from auditor.fix.guided.sending import Answer, Sent, send_once
from auditor.fix.guided.step import Step
from auditor.fix.pace import Pace
from auditor.fix.sequence import Work
from auditor.model.fix import Outcome
from auditor.model.ids import ArmId
from auditor.progress import Progress

_GRANTED_ALREADY = "RoleAssignmentExists"


class Applier:
    """Applies planned steps, each known by the id of the object that it writes."""

    def __init__(
        self, connection: Connection, steps: Mapping[ArmId, Step], pace: Pace, progress: Progress
    ) -> None:
        self._connection = connection
        self._steps = steps
        self._pace = pace
        self._progress = progress
        self._sent: set[ArmId] = set()

    def was_sent(self, change: Change) -> bool:
        """Whether anything of it may have left this process."""
        return change.subject in self._sent

    async def apply(self, work: Work) -> Ended:
        step = self._steps[work.change.subject]
        self._progress.started(f"reading again: {step.said}")
        try:
            now = await self._read(step)
        except ReadFailed as failure:
            said = f"could not be read again, so nothing was written: {failure.detail}"
            return Ended(outcome=Outcome.FAILED, after=work.change.before, message=said)
        work.reached("read again")
        if moved := _moved(step, now):
            said = f"not what was planned any more, so nothing was written: {'; '.join(moved)}"
            return Ended(outcome=Outcome.CHANGED_UNDER_US, after=None, message=said)
        self._progress.started(step.said)
        self._sent.add(work.change.subject)
        sent = await send_once(step, self._connection, self._progress)
        work.reached("sent")
        if sent.answer is Answer.REFUSED:
            return self._refused(step, work.change, sent)
        return await self._verified(step, sent)

    def _refused(self, step: Step, change: Change, sent: Sent) -> Ended:
        self._sent.discard(change.subject)
        if sent.code == _GRANTED_ALREADY:
            said = "somebody has granted it meanwhile, under another name"
            return Ended(outcome=Outcome.ALREADY_APPLIED, after=None, message=said)
        return Ended(outcome=Outcome.FAILED, after=change.before, message=f"refused: {sent.said}")

    async def _verified(self, step: Step, sent: Sent) -> Ended:
        """What became of it, seen from the object itself: an answer alone proves nothing."""
        self._progress.started(f"verifying: {step.said}")
        try:
            now = await self._settled(step)
        except ReadFailed as failure:
            said = f"sent, and could not be read after: {failure.detail}"
            return Ended(outcome=Outcome.UNVERIFIED, after=None, message=said)
        lost = f" (its answer was lost: {sent.said})" if sent.answer is Answer.LOST else ""
        if strays := strayed(step.before, now, step.may_change):
            said = f"sent, and more than planned is different now: {'; '.join(strays)}{lost}"
            return Ended(outcome=Outcome.FAILED, after=None, message=said)
        if lacking := unmet(step.wanted, now):
            outcome = Outcome.UNVERIFIED if lost else Outcome.FAILED
            said = f"sent, and not seen to have taken effect: {'; '.join(lacking)}{lost}"
            return Ended(outcome=outcome, after=None, message=said)
        if lost and not unmet(step.wanted, step.before):
            said = f"sent, and whether it took effect cannot be seen{lost}"
            return Ended(outcome=Outcome.UNVERIFIED, after=None, message=said)
        return Ended(
            outcome=Outcome.APPLIED, after=step.wish, message=f"{step.said}{told(now, step.tells)}{lost}"
        )

    async def _settled(self, step: Step) -> dict[str, Any] | None:
        """The object once it holds what is wanted, or after the last look."""
        now = await self._read(step)
        for look in range(1, self._pace.looks):
            if not unmet(step.wanted, now):
                break
            await self._pace.pause(float(look))
            now = await self._read(step)
        return now

    async def _read(self, step: Step) -> dict[str, Any] | None:
        return await read_object(self._connection.reader, step.object_id, step.api_version)


def _moved(step: Step, now: Mapping[str, Any] | None) -> list[str]:
    if step.before is None:
        return [] if now is None else ["it is there by now"]
    return strayed(step.before, now, ()) if now is not None else ["it is gone"]
