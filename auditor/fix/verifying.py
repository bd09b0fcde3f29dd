"""What became of an approval that was sent: confirmed, or taken back where it is not what was planned."""

from __future__ import annotations

from auditor.collect.refusal import ReadFailed
from auditor.fix.change import Change, Ended
from auditor.fix.desk import Desk
from auditor.fix.history import OpenChange
from auditor.fix.looking import Seen, asker_status, is_asker, is_connected
from auditor.fix.operations import finished
from auditor.fix.sequence import Work
from auditor.model.fix import Outcome
from auditor.model.ids import ArmId
from auditor.relate.owners import known
from auditor.relate.requesters import RequesterClass

BY_HAND = "REJECT IT BY HAND with the undo command"
_APPROVED = ("Approved", "Approving")
_TAKEN_BACK = ("Rejected", "Disconnected")


async def verified(desk: Desk, work: Work) -> Ended:
    """What became of the approval that was just sent; a wrong one is undone at once."""
    change = work.change
    try:
        seen = await desk.settled(change.subject)
    except ReadFailed as failure:
        said = f"sent, and the connection could not be read after: {failure.detail}"
        return Ended(outcome=Outcome.UNVERIFIED, after=None, message=said)
    work.reached("verified")
    if seen.endpoint != change.private_endpoint:
        why = f"it comes from {_who(seen)} now, not from {change.private_endpoint}"
        if seen.status in _APPROVED:
            return await _undone(desk, work, seen, why)
        return changed(seen, f"{why}; it is {seen.status}")
    if seen.status != "Approved" or not seen.is_settled:
        return _not_approved(seen)
    return await _accepted(desk, work, seen)


async def resumed(desk: Desk, work: Work, earlier: OpenChange, *, may_write: bool) -> Ended:
    """What became of an approval that an earlier run left open. Where it may not write it only says so.

    What that run approved bears its id: another endpoint's approval without it is somebody else's.
    """
    change = work.change
    try:
        seen = await desk.settled(change.subject)
    except ReadFailed as failure:
        return _left_unread(failure)
    bears_its_id = earlier.run_id in (known(seen.connection.description) or "")
    is_other = seen.endpoint != change.private_endpoint
    if seen.status not in _APPROVED or (is_other and not bears_its_id):
        return _not_there(seen, earlier, is_other=is_other)
    if not seen.is_settled:
        return _not_approved(seen)
    is_wrong = is_other or earlier.is_being_undone
    if not may_write and (is_wrong or change.decision == RequesterClass.LIKELY):
        said = f"approved and not confirmed, and this run may not write. {BY_HAND}"
        return Ended(outcome=Outcome.UNVERIFIED, after=seen.status, message=said)
    if is_wrong:
        return await _undone(desk, work, seen, f"it comes from {_who(seen)}, or was not confirmed")
    return await _accepted(desk, work, seen)


def askers_of(change: Change) -> tuple[ArmId, ...]:
    """The rules and links of ours that the change was decided on, from its evidence."""
    seen = (ArmId.parse(one.resource) for one in change.evidence if one.resource.startswith("/"))
    return tuple(dict.fromkeys(rid for rid in seen if is_asker(rid)))


def changed(seen: Seen | None, why: str) -> Ended:
    status = seen.status if seen else None
    said = f"not what was planned any more: {why}"
    return Ended(outcome=Outcome.CHANGED_UNDER_US, after=status, message=said)


async def _accepted(desk: Desk, work: Work, seen: Seen) -> Ended:
    if work.change.decision == RequesterClass.LIKELY:
        return await _confirmed(desk, work, seen)
    said = f"approved: {work.change.said}"
    return Ended(outcome=Outcome.APPROVED, after="Approved", message=said)


async def _confirmed(desk: Desk, work: Work, seen: Seen) -> Ended:
    """The only proof that a request of the platform was ours: our own side turns (catalogue 4.2, E6)."""
    until = desk.pace.now() + desk.pace.patience_s
    while True:
        for asker in askers_of(work.change):
            if await _turned(desk, asker):
                said = f"approved, and confirmed by {asker.name}, which is connected now"
                return Ended(outcome=Outcome.APPROVED, after="Approved", message=said)
        if desk.pace.now() >= until:
            break
        await desk.pace.pause(None)
    why = f"nothing of ours turned connected within {desk.pace.patience_s:g} seconds"
    return await _undone(desk, work, seen, why)


async def _turned(desk: Desk, asker: ArmId) -> bool:
    try:
        return is_connected(asker, await asker_status(desk.reader, asker))
    except ReadFailed:
        return False


async def _undone(desk: Desk, work: Work, seen: Seen, why: str) -> Ended:
    """Reject what was approved and should not have been. Rejecting twice does no harm: it is retried."""
    work.undoing(seen.endpoint, why)
    said = ""
    for _ in range(desk.pace.attempts):
        answer = await desk.reject(seen)
        work.reached("rejected")
        said = answer.said if answer is not None else "no answer"
        if answer is not None and answer.is_good:
            await finished(desk.writer, answer, desk.pace)
        try:
            seen = await desk.settled(work.change.subject)
        except ReadFailed as failure:
            said = failure.detail
        else:
            if seen.status not in _APPROVED:
                told = f"approved, then rejected at once: {why}"
                return Ended(outcome=Outcome.REVERTED, after=seen.status, message=told)
        await desk.pace.pause(answer.wait_s if answer is not None else None)
    told = f"{why}; rejecting it did not work ({said}). {BY_HAND}"
    return Ended(outcome=Outcome.UNVERIFIED, after=seen.status, message=told)


def _who(seen: Seen) -> str:
    return str(seen.endpoint) if seen.endpoint else "no endpoint that could be named"


def _not_approved(seen: Seen) -> Ended:
    if not seen.is_settled or seen.status in ("Pending", None):
        said = f"sent, and {seen.status or 'of no known status'} still: it may yet take effect"
        return Ended(outcome=Outcome.UNVERIFIED, after=seen.status, message=said)
    said = f"sent, and {seen.status} now: somebody decided otherwise"
    return Ended(outcome=Outcome.CHANGED_UNDER_US, after=seen.status, message=said)


def _not_there(seen: Seen, earlier: OpenChange, *, is_other: bool) -> Ended:
    """An open approval that no longer stands, or never did."""
    if seen.status in _TAKEN_BACK and earlier.is_being_undone:
        return Ended(outcome=Outcome.REVERTED, after=seen.status, message="it was taken back")
    if is_other:
        return changed(seen, f"it comes from {_who(seen)} now, and is {seen.status}")
    if seen.status == "Pending" and seen.is_settled:
        return Ended(outcome=Outcome.SKIPPED, after="Pending", message="it never took effect")
    return _not_approved(seen)


def _left_unread(failure: ReadFailed) -> Ended:
    if failure.status == 404:
        return changed(None, "the connection is gone")
    said = f"the connection could not be read: {failure.detail}"
    return Ended(outcome=Outcome.UNVERIFIED, after=None, message=said)
