"""Approves one connection: read again, compare, send, wait, read again, and take it back where it went wrong.

No provider's PUT takes a condition (If-Match), so another requester may slip in between the last read and the
write. The gap can be narrowed, not closed: what was approved is looked at again, and rejected at once where
it is not what was planned.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from auditor.collect.refusal import ReadFailed
from auditor.fix.change import Change, Ended
from auditor.fix.comparing import differences, endpoint_differences, wish_differences
from auditor.fix.decision import Decision
from auditor.fix.desk import Desk
from auditor.fix.looking import Seen, look_at
from auditor.fix.operations import Finished, finished
from auditor.fix.sequence import Work
from auditor.fix.verifying import changed, verified
from auditor.fix.writing import Answer
from auditor.model.finding import Undecided
from auditor.model.fix import Outcome
from auditor.model.ids import ArmId

# Refusals that time may mend; a lock (409 ScopeLocked) is somebody's will.
_TOO_EARLY = frozenset({409, 429})


@dataclass(frozen=True, slots=True, kw_only=True)
class Approver:
    """`tenant_id` is ours. `visible` are the subscriptions that can be seen."""

    desk: Desk
    tenant_id: str | None
    visible: Collection[ArmId]

    async def approve(self, work: Work, decision: Decision) -> Ended:
        """The whole sequence for one decided connection."""
        checked = await self._checked(work.change, decision)
        work.reached("read again")
        if isinstance(checked, Ended):
            return checked
        ended = await self._sent(work, decision, checked)
        return ended if ended is not None else await verified(self.desk, work)

    async def _checked(self, change: Change, decision: Decision) -> Seen | Ended:
        """The connection as it stands now, where it is still what was decided about; else how it ended.

        It is read first and last: the less time between the last read and the write, the better.
        """
        reader = self.desk.reader
        try:
            seen = await look_at(reader, change.subject)
            found: list[str] = []
            if seen.status == "Pending":
                found += await endpoint_differences(reader, decision, self.tenant_id)
                found += await wish_differences(reader, decision, self.visible)
                seen = await look_at(reader, change.subject)
            found += differences(decision, seen)
        except ReadFailed as failure:
            if failure.status == 404:
                return changed(None, "it, or its endpoint, is gone")
            said = f"could not be read again, so nothing was written: {failure.detail}"
            return Ended(outcome=Outcome.FAILED, after=change.before, message=said)
        except Undecided as undecided:
            return changed(None, undecided.message)
        if seen.status != "Pending":
            return _no_longer_pending(seen, found)
        return changed(seen, f"{'; '.join(found)}. Nothing was written") if found else seen

    async def _sent(self, work: Work, decision: Decision, seen: Seen) -> Ended | None:
        """Send the approval. None where it was taken, or may have been; else how it ended."""
        pace = self.desk.pace
        for attempt in range(1, pace.attempts + 1):
            answer = await self.desk.approve(seen)
            work.reached("sent")
            if answer is None or answer.status == 408 or answer.status >= 500:
                return await self._unanswered(work.change, answer)
            if answer.is_good:
                return await self._waited(work.change, answer)
            if answer.status not in _TOO_EARLY or answer.code == "ScopeLocked":
                return _refused(work.change, answer)
            if attempt < pace.attempts:
                await pace.pause(answer.wait_s)
                checked = await self._checked(work.change, decision)
                if isinstance(checked, Ended):
                    return checked
                seen = checked
        said = f"Azure refused it {pace.attempts} times as too early"
        return Ended(outcome=Outcome.FAILED, after=work.change.before, message=said)

    async def _unanswered(self, change: Change, answer: Answer | None) -> Ended | None:
        """Whether it took effect is looked at, never assumed; it is not sent again."""
        said = answer.said if answer is not None else "no answer"
        status: str | None = None
        for _ in range(self.desk.pace.looks):
            await self.desk.pace.pause(answer.wait_s if answer is not None else None)
            try:
                seen = await look_at(self.desk.reader, change.subject)
            except ReadFailed:
                continue
            status = seen.status
            if seen.status != "Pending" or not seen.is_settled:
                return None
        told = f"sent, answered with {said}, and {status or 'not readable'} after: it may yet take effect"
        return Ended(outcome=Outcome.UNVERIFIED, after=status, message=told)

    async def _waited(self, change: Change, answer: Answer) -> Ended | None:
        ended = await finished(self.desk.writer, answer, self.desk.pace)
        if ended is not Finished.FAILED:
            return None
        told = "taken by Azure, whose operation then failed"
        try:
            seen = await look_at(self.desk.reader, change.subject)
        except ReadFailed:
            return Ended(outcome=Outcome.UNVERIFIED, after=None, message=told)
        if seen.status in ("Pending", None):
            return Ended(outcome=Outcome.FAILED, after=seen.status, message=told)
        return None


def _no_longer_pending(seen: Seen, found: list[str]) -> Ended:
    if seen.status == "Approved" and not found:
        said = "approved meanwhile, by somebody else"
        return Ended(outcome=Outcome.ALREADY_APPROVED, after="Approved", message=said)
    return changed(seen, f"{'; '.join([f'it is {seen.status} now', *found])}. Nothing was written")


def _refused(change: Change, answer: Answer) -> Ended:
    missing = f" (needs {' and '.join(change.needs)})" if answer.status in (401, 403) else ""
    said = f"refused with {answer.said}{missing}"
    return Ended(outcome=Outcome.FAILED, after=change.before, message=said)
