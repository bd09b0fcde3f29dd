"""What a run could not have seen: outside its scope, judged by no rule of its, or hidden by a refusal."""

from __future__ import annotations

from auditor.diff.side import Judged, Side, is_within, type_of
from auditor.model.finding import Gap
from auditor.model.ids import same_text


def why_unjudged(found: Judged, side: Side) -> str:
    """Why the run was not asked for this verdict, empty where it was: another scope, or not that rule."""
    if found.rule not in side.rules:
        return "the rule was not among those judged"
    # What is assigned above subscriptions is in every scope: its id lies in none.
    is_placed = found.resource.lower().startswith("/subscriptions/")
    if is_placed and not any(is_within(found.resource, scope) for scope in side.scope):
        return "the resource was outside the scope"
    return ""


def why_hidden(found: Judged, side: Side, other: Side) -> str:
    """Why the run may have overlooked it though asked for it, empty where nothing hides it.

    That is so where the rule could not list its subjects, where the list that held the resource or a related
    end was not read, and where anything at all was not read that `other` had read.
    """
    ends = (found.resource, *found.related)
    for unread in side.unread.get(found.rule, ()):
        if any(_is_listed_by(end, unread.resource, unread.resource_type) for end in ends):
            return unread.message
    for gap in side.gaps:
        if any(_is_listed_by(end, gap.scope.text, gap.what) for end in ends):
            return _said(gap)
    return newly_unread(side, other)


def _is_listed_by(resource: str, scope: str, listed: str) -> bool:
    """Whether the resource would be found in, or below something in, the list of that type at that scope."""
    if not is_within(resource, scope):
        return False
    found = type_of(resource)
    return same_text(resource, scope) or same_text(found, listed) or is_within(found, listed)


def newly_unread(side: Side, other: Side) -> str:
    """What this run did not read and the other did, in a sentence; empty where there is nothing.

    A rule finds its subjects by way of many lists: that a workload has a vault is what asks for the zone of
    vaults. So whatever was not read may have hidden any of them.
    """
    known = {(gap.scope.key, gap.what.lower()) for gap in other.gaps}
    unread = (gap for gap in side.gaps if (gap.scope.key, gap.what.lower()) not in known)
    first = next(unread, None)
    return f"{_said(first)}, which it may rest on" if first else ""


def _said(gap: Gap) -> str:
    return f"{gap.what} of {gap.scope} was not read ({gap.reason})"
