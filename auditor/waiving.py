"""What the waiver file does to the results of a run: which it accepts, and which waivers do nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from auditor.model.result import Result, WaiverMark, WaiverState, WaiverSummary
from auditor.waivers import Waiver, matching


def marked(results: Iterable[Result], waivers: Sequence[Waiver], today: date) -> tuple[Result, ...]:
    """The results, each failure that a waiver in force covers with its mark.

    Only a failure is accepted; a waiver on a pass or an unknown would hide what happens next.
    """
    return tuple(_marked(found, waivers, today) if found.status == "fail" else found for found in results)


def summaries(results: Iterable[Result], waivers: Iterable[Waiver], today: date) -> tuple[WaiverSummary, ...]:
    """One for each waiver, in their order."""
    failed = [found for found in results if found.status == "fail"]
    return tuple(_summary(waiver, failed, today) for waiver in waivers)


def notices(found: Iterable[WaiverSummary]) -> Iterator[str]:
    """A sentence for each waiver that is not in force or covers nothing."""
    for one in found:
        mark = one.mark
        of = f"of {mark.owner} " if mark.owner else ""
        subject = f"waiver {of}for {mark.rule} on {mark.resource}"
        match one.state:
            case WaiverState.EXPIRED:
                yield f"{subject} expired on {mark.expires}{_covered(one)}"
            case WaiverState.OWNERLESS:
                yield f"{subject} has no owner, so it is not in force{_covered(one)}"
            case WaiverState.UNUSED:
                yield f"{subject} matches no finding"
            case WaiverState.USED:
                pass


def _marked(found: Result, waivers: Sequence[Waiver], today: date) -> Result:
    waiver = matching(waivers, found.rule, found.resource, today=today)
    return replace(found, waiver=_mark(waiver)) if waiver else found


def _summary(waiver: Waiver, failed: Sequence[Result], today: date) -> WaiverSummary:
    covered = sum(waiver.covers(one.rule, one.resource) for one in failed)
    if not waiver.owner:
        state = WaiverState.OWNERLESS
    elif waiver.has_expired(today):
        state = WaiverState.EXPIRED
    else:
        state = WaiverState.USED if covered else WaiverState.UNUSED
    return WaiverSummary(mark=_mark(waiver), state=state, covered=covered)


def _mark(waiver: Waiver) -> WaiverMark:
    return WaiverMark(
        rule=waiver.rule,
        resource=waiver.resource,
        reason=waiver.reason,
        owner=waiver.owner,
        expires=waiver.expires,
    )


def _covered(one: WaiverSummary) -> str:
    if not one.covered:
        return ""
    return f"; {one.covered} {'finding' if one.covered == 1 else 'findings'} that it would cover"
