"""Runs rules over the estate: one result for each rule and subject, and none forgotten."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from auditor.model.estate import Estate
from auditor.model.finding import (
    Confidence,
    Fail,
    Gap,
    Undecided,
    Unknown,
    Verdict,
    describe,
)
from auditor.model.ids import ArmId, same_text
from auditor.model.reasons import Reason
from auditor.model.result import Result
from auditor.model.wire import Resource
from auditor.relate.workloads import Workload
from auditor.rule import Excluded, Rule, Subject, View, fill, unknown_of

log = logging.getLogger(__name__)


def run(rules: Iterable[Rule[Any]], view: View, scope: Sequence[ArmId]) -> tuple[Result, ...]:
    """Judge every subject of every rule that lies in one of the scopes, ordered as reports are."""
    found = (result for rule in rules for result in _run_one(rule, view, scope))
    return tuple(sorted(found, key=lambda result: result.sort_key))


def _run_one(rule: Rule[Any], view: View, scope: Sequence[ArmId]) -> Iterator[Result]:
    narrowed = replace(view, estate=view.estate.narrowed(rule.all_reads))
    for gap in _unlisted(rule, view.estate):
        if _may_hide(gap, scope):
            unread = _unread_list(gap)
            shown = _Shown(about=gap.scope, of=gap.what, related=_list_of(gap, rule))
            yield _result(rule, unread, shown, view)
    for found in _subjects(rule, narrowed, scope):
        if isinstance(found, Subject):
            verdict = _judged(rule, found, narrowed)
            confidence = found.confidence
        else:
            verdict, confidence = found.verdict, Confidence.HIGH
        row = found.resource
        shown = _Shown(
            about=row.id,
            of=row.ARM_TYPE,
            row=row,
            related=found.related if verdict.related is None else verdict.related,
            serves=found.serves,
            confidence=confidence,
        )
        yield _result(rule, verdict, shown, view)


def _subjects(rule: Rule[Any], view: View, scope: Sequence[ArmId]) -> Iterator[Subject[Any] | Excluded]:
    for found in rule.subjects(view):
        rid = found.resource.id
        # A subscription is more than one of its groups: with these alone in scope it is not judged.
        is_whole = rid.resource_type is not None or any(rid.is_within(audited) for audited in scope)
        if is_whole and (_in_scope(rid, scope) or _is_needed(found, scope)):
            yield found


def _judged(rule: Rule[Any], subject: Subject[Any], view: View) -> Verdict:
    try:
        verdict: Verdict = rule.judge(subject.judged, view)
    except Undecided as undecided:
        return unknown_of(undecided)
    except Exception as error:
        log.warning("rule %s failed on %s: %s", rule.id, subject.resource.id, error)
        log.debug("the failure of rule %s", rule.id, exc_info=True)
        said = f"the rule failed on this resource: {type(error).__name__}: {error}"
        return Unknown(message=said, reason=Reason.RULE_ERROR)
    if isinstance(verdict, Fail) and subject.confidence is Confidence.LOW:
        said = f"{verdict.message}; that the two belong together is only suggested: declare the workload"
        return Unknown(message=said, reason=Reason.RELATION_SUGGESTED, evidence=verdict.evidence)
    return verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """What a result is about, as it is printed; `row` None is a list that could not be read."""

    about: ArmId
    of: str
    row: Resource | None = None
    related: tuple[str, ...] = ()
    serves: tuple[ArmId, ...] = ()
    confidence: Confidence = Confidence.HIGH


def _result(rule: Rule[Any], verdict: Verdict, shown: _Shown, view: View) -> Result:
    remedy = fix = None
    severity = rule.severity
    if isinstance(verdict, Fail) and shown.row is not None:
        severity = verdict.severity or rule.severity
        remedy = fill(verdict.remedy or rule.remedy, shown.row, verdict.fills)
        fix = verdict.fix
    return Result(
        rule=rule.id,
        verdict=verdict,
        severity=severity,
        confidence=shown.confidence,
        resource=shown.about.text,
        resource_type=shown.of,
        subscription_id=shown.about.subscription_id,
        location=shown.row.location if shown.row else None,
        related=shown.related,
        workloads=tuple(workload.id for workload in _workloads_of(shown, view)),
        remedy=remedy,
        fix=fix,
    )


def _workloads_of(shown: _Shown, view: View) -> tuple[Workload, ...]:
    """The workloads of a resource, or of the nearest resource above it (a connection has its target's).

    What is no member itself, such as a private endpoint, belongs to the workloads of what it serves and of
    its related ends.
    """
    for scope in shown.about.scopes():
        if found := view.relations.workloads_of(scope):
            return found
    ends = (ArmId.parse(end) for end in shown.related if end.startswith("/"))
    found_by = (*shown.serves, *ends)
    by_id = {workload.id: workload for end in found_by for workload in view.relations.workloads_of(end)}
    return tuple(by_id.values())


def _unlisted(rule: Rule[Any], estate: Estate) -> Iterator[Gap]:
    for of in rule.subjects.listing:
        yield from estate.gaps(of)


def _list_of(gap: Gap, rule: Rule[Any]) -> tuple[str, ...]:
    """The unread list by its address, where a rule lists several types: each is a result of its own."""
    of = gap.scope.resource_type or ""
    if len(rule.subjects.listing) == 1 or same_text(of, gap.what):
        return ()
    is_child = gap.what.lower().startswith(f"{of.lower()}/")
    below = (gap.what.rpartition("/")[2],) if of and is_child else ("providers", gap.what)
    return (gap.scope.child(*below).text,)


def _unread_list(gap: Gap) -> Unknown:
    return Unknown(message=describe(gap), reason=gap.reason, gap=gap)


def _in_scope(rid: ArmId, scope: Sequence[ArmId]) -> bool:
    """Whether a result about this id is wanted: it lies inside an audited scope.

    What is assigned above subscriptions reaches into each of them, though its id names none.
    """
    if rid.subscription is None and rid.resource_type is not None:
        return any(audited == audited.subscription for audited in scope)
    return any(rid.is_within(audited) for audited in scope)


def _is_needed(found: Subject[Any] | Excluded, scope: Sequence[ArmId]) -> bool:
    """Whether it serves something of an audited subscription: a zone of the hub decides for its spokes.

    Where single groups are audited, what lies outside of them is not asked for.
    """
    whole = [audited for audited in scope if audited == audited.subscription]
    return any(_in_scope(one, whole) for one in found.serves)


def _may_hide(gap: Gap, scope: Sequence[ArmId]) -> bool:
    """Whether what was not read might lie in an audited scope: the gap is inside one, or around one."""
    return _in_scope(gap.scope, scope) or any(audited.is_within(gap.scope) for audited in scope)
