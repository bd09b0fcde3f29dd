"""Changes that an earlier run began and did not see the end of: what became of them, before anything new."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from auditor.collect.arm import Reader
from auditor.collect.refusal import ReadFailed
from auditor.collect.scope import resolve
from auditor.fix.change import Ended, reported
from auditor.fix.guided.comparing import unmet
from auditor.fix.guided.reading import read_object
from auditor.fix.history import History, OpenChange
from auditor.fix.journal import Journal, JournalLost
from auditor.fix.pace import Pace
from auditor.model.fix import Fix, FixKind, Outcome
from auditor.progress import Progress

_MOVING = frozenset({"accepted", "creating", "inprogress", "provisioning", "updating"})
# A managed network is built in some minutes; what began longer ago than this does not come any more.
_LONGEST_BUILD = timedelta(hours=1)
_LONGEST_PAUSE_S = 8.0


async def settle(
    reader: Reader, history: History, journal: Journal, pace: Pace, progress: Progress, now: datetime
) -> tuple[Fix, ...]:
    """Every open change but approvals, which have their own run. Each end is journalled.

    A journal may tell of several tenants: what this sign-in cannot see is left open.
    """
    visible = {one.id for one in (await resolve(reader, (), None, ())).visible} if history.open else set()
    found: list[Fix] = []
    for left in history.open:
        is_approval = left.change.kind is FixKind.APPROVE_PRIVATE_ENDPOINT
        if is_approval or left.change.subject.subscription not in visible:
            continue
        progress.started(f"an earlier run was interrupted: {left.change.said}")
        ended = await _became(reader, left, pace, progress, now)
        try:
            journal.ended(left.name, ended)
        except JournalLost as lost:
            # It stays open, and is looked after once more.
            ended = replace(ended, outcome=Outcome.UNVERIFIED, message=f"{ended.message}; {lost}")
        found.append(reported(left.change, ended))
    return tuple(found)


async def _became(reader: Reader, left: OpenChange, pace: Pace, progress: Progress, now: datetime) -> Ended:
    change, proof = left.change, left.change.proof
    if proof is None:
        said = f"begun by run {left.run_id}; what came of it cannot be seen from what is there now"
        return Ended(outcome=Outcome.FAILED, after=None, message=said)
    until, pause_s = pace.now() + pace.patience_s, 1.0
    try:
        seen = await read_object(reader, change.subject.text, proof.api_version)
        while unmet(proof.wanted, seen) and _is_moving(left, seen, now) and pace.now() < until:
            progress.started(f"waiting for what run {left.run_id} began: {change.said}")
            await pace.pause(pause_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
            seen = await read_object(reader, change.subject.text, proof.api_version)
    except ReadFailed as failure:
        said = f"begun by run {left.run_id}, and it could not be read: {failure.detail}"
        return Ended(outcome=Outcome.UNVERIFIED, after=None, message=said)
    lacking = unmet(proof.wanted, seen)
    if not lacking:
        said = f"begun by run {left.run_id}, and it took effect: {change.said}"
        return Ended(outcome=Outcome.APPLIED, after=change.after, message=said)
    said = f"begun by run {left.run_id}, and not there: {'; '.join(lacking)}"
    is_moving = _is_moving(left, seen, now)
    return Ended(outcome=Outcome.UNVERIFIED if is_moving else Outcome.FAILED, after=None, message=said)


def _is_moving(left: OpenChange, seen: Mapping[str, Any] | None, now: datetime) -> bool:
    properties = (seen or {}).get("properties") or {}
    if str(properties.get("provisioningState", "")).lower() in _MOVING:
        return True
    is_build = left.change.kind is FixKind.PROVISION_MANAGED_NETWORK
    return is_build and now - left.at < _LONGEST_BUILD
