"""From two runs to what changed: what either says of anything is given one kind of change, or none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from auditor.diff.side import Judged, Side, key_of
from auditor.diff.sight import newly_unread, why_hidden, why_unjudged
from auditor.model.changes import Change, ChangeKind, Changes

_Found = tuple[ChangeKind, str]


def compare(old: Side, new: Side) -> Changes:
    """What changed from `old` to `new`; `auditor.model.changes.ChangeKind` defines the words."""
    found = (_change(was, now, old, new) for was, now in _pairs(old, new))
    return Changes(
        old=old.mark,
        new=new.mark,
        changes=tuple(sorted((one for one in found if one), key=lambda one: one.sort_key)),
        gone_resources=tuple(_gone_resources(old, new)),
        notes=tuple(_notes(old, new)),
    )


def _pairs(old: Side, new: Side) -> Iterator[tuple[Judged | None, Judged | None]]:
    """What each run says of one thing: by fingerprint, else as `_grown` has it."""
    grown = _grown(old, new)
    later = {now.fingerprint for now in grown.values()}
    for fingerprint, was in old.by_fingerprint.items():
        yield was, grown.get(fingerprint) or new.by_fingerprint.get(fingerprint)
    for fingerprint, now in new.by_fingerprint.items():
        if fingerprint not in old.by_fingerprint and fingerprint not in later:
            yield None, now


def _grown(old: Side, new: Side) -> Mapping[str, Judged]:
    """What the new run says under another fingerprint than the old one's, by the old one's.

    Mending a finding may add an end that was not there, such as the zone of a new zone group. Where a rule
    says one thing of a resource in either run, and one names all ends of the other, they are about the same.
    """
    before, after = _lone(old.by_fingerprint.values()), _lone(new.by_fingerprint.values())
    return {
        was.fingerprint: after[subject]
        for subject, was in before.items()
        if subject in after and was.fingerprint != after[subject].fingerprint and _nest(was, after[subject])
    }


def _lone(found: Iterable[Judged]) -> Mapping[tuple[str, str], Judged]:
    """What is the only thing that its rule says of its resource, by both."""
    by_subject: dict[tuple[str, str], list[Judged]] = defaultdict(list)
    for one in found:
        by_subject[one.rule, key_of(one.resource)].append(one)
    return {subject: some[0] for subject, some in by_subject.items() if len(some) == 1}


def _nest(one: Judged, other: Judged) -> bool:
    ends, others = ({key_of(end) for end in each.related} for each in (one, other))
    return ends <= others or others <= ends


def _change(was: Judged | None, now: Judged | None, old: Side, new: Side) -> Change | None:
    shown = now or was
    found = _seen(now, was, old, new) if now else _not_seen(was, old, new)
    if found is None or shown is None:
        return None
    kind, why = found
    return Change(
        kind=kind,
        rule=shown.rule,
        severity=shown.severity,
        resource=shown.resource,
        resource_type=shown.resource_type,
        related=shown.related,
        fingerprint=shown.fingerprint,
        was=was.status if was else None,
        now=now.status if now else None,
        message=shown.message,
        why=why,
    )


def _not_seen(was: Judged | None, old: Side, new: Side) -> _Found | None:
    # What passed or did not apply and is not there any more is no finding lost.
    if was is None or was.status not in {"fail", "unknown"}:
        return None
    if why := why_unjudged(was, new):
        return ChangeKind.NOT_JUDGED_NOW, f"{why} this time"
    if why := why_hidden(was, new, old):
        return (ChangeKind.UNKNOWN_NOW, why) if was.status == "fail" else None
    if was.status == "unknown" and (was.is_of_a_list or newly_unread(old, new)):
        return ChangeKind.KNOWN_AGAIN, "what could not be read before can be read now"
    still_there = key_of(was.resource) in new.resources
    return ChangeKind.GONE, "the resource is there, this part of it is not" if still_there else ""


def _seen(now: Judged, was: Judged | None, old: Side, new: Side) -> _Found | None:
    if now.status == "fail":
        return _fails(now, was, old, new)
    if now.status == "unknown":
        if was is not None and was.status == "unknown":
            return None
        return ChangeKind.UNKNOWN_NOW, "" if was else _before(why_unjudged(now, old))
    if was is None or was.status in {"pass", "not_applicable"}:
        return None
    if was.status == "unknown":
        return ChangeKind.KNOWN_AGAIN, ""
    return (ChangeKind.FIXED if now.status == "pass" else ChangeKind.NOT_APPLICABLE_NOW), ""


def _fails(now: Judged, was: Judged | None, old: Side, new: Side) -> _Found | None:
    if was is not None and was.status == "fail" and was.is_waived == now.is_waived:
        return _milder_or_worse(now, was)
    if now.is_waived:
        return ChangeKind.WAIVED, ""
    if was is None:
        return _first_seen(now, old, new)
    match was.status:
        case "fail":
            return ChangeKind.UNWAIVED, ""
        case "pass":
            return ChangeKind.REGRESSED, ""
        case "unknown":
            return ChangeKind.KNOWN_AGAIN, ""
        case _ if why := newly_unread(old, new):
            return ChangeKind.KNOWN_AGAIN, f"the rule did not apply before, when {why}"
        case _:
            return ChangeKind.NEW, "the rule did not apply before"


def _milder_or_worse(now: Judged, was: Judged) -> _Found | None:
    if now.severity is was.severity:
        return None
    is_worse = now.severity.rank < was.severity.rank
    return (ChangeKind.WORSE if is_worse else ChangeKind.MILDER), f"it was {was.severity}"


def _first_seen(now: Judged, old: Side, new: Side) -> _Found:
    if why := why_unjudged(now, old):
        return ChangeKind.NEW, _before(why)
    if why := why_hidden(now, old, new):
        return ChangeKind.KNOWN_AGAIN, f"before, {why}"
    return ChangeKind.NEW, ""


def _before(why: str) -> str:
    return f"{why} before" if why else ""


def _gone_resources(old: Side, new: Side) -> Iterator[str]:
    here = new.resources
    lost: dict[str, bool] = {}
    for one in old.by_fingerprint.values():
        key = key_of(one.resource)
        if one.is_of_a_list or key in here:
            continue
        may_be_there = bool(why_unjudged(one, new) or why_hidden(one, new, old))
        lost[key] = lost.get(key, False) or may_be_there
    yield from (old.resources[key] for key in sorted(lost) if not lost[key])


def _notes(old: Side, new: Side) -> Iterator[str]:
    if (old.cloud, old.tenant_id) != (new.cloud, new.tenant_id):
        yield f"Not the same tenant: {old.tenant_id} in {old.cloud}, then {new.tenant_id} in {new.cloud}."
    if old.mark.started_at > new.mark.started_at:
        yield "The first of the two started later than the second."
    for side, which in ((old, "first"), (new, "second")):
        if side.is_unaudited:
            yield f"The {which} audited nothing."
    if sorted(map(str.lower, old.scope)) != sorted(map(str.lower, new.scope)):
        yield "The scopes differ."
    if old.rules != new.rules:
        gained, lost = len(new.rules - old.rules), len(old.rules - new.rules)
        yield f"Not the same rules: {gained} more and {lost} fewer than before."
    if old.tool_version != new.tool_version:
        yield f"Not the same auditor: {old.tool_version}, then {new.tool_version}."
