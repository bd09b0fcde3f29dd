"""Runs rules over the estate: one result for each rule and subject, and none forgotten."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
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
            yield _result(rule, unread, gap.scope, gap.what, None, _list_of(gap, rule), Confidence.HIGH, view)
    for found in _subjects(rule, narrowed, scope):
        if isinstance(found, Subject):
            verdict = _judged(rule, found, narrowed)
            confidence = found.confidence
        else:
            verdict, confidence = found.verdict, Confidence.HIGH
        row = found.resource
        yield _result(rule, verdict, row.id, row.ARM_TYPE, row, found.related, confidence, view)


def _subjects(rule: Rule[Any], view: View, scope: Sequence[ArmId]) -> Iterator[Subject[Any] | Excluded]:
    for found in rule.subjects(view):
        rid = found.resource.id
        # A subscription is more than one of its groups: with these alone in scope it is not judged.
        is_whole = rid.resource_type is not None or any(rid.is_within(audited) for audited in scope)
        if is_whole and _in_scope(rid, scope):
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


def _result(
    rule: Rule[Any],
    verdict: Verdict,
    about: ArmId,
    resource_type: str,
    row: Resource | None,
    related: tuple[str, ...],
    confidence: Confidence,
    view: View,
) -> Result:
    remedy = fix = None
    severity = rule.severity
    if isinstance(verdict, Fail) and row is not None:
        severity = verdict.severity or rule.severity
        remedy = fill(verdict.remedy or rule.remedy, row, verdict.fills)
        fix = verdict.fix
    ends = verdict.related if verdict.related is not None else related
    return Result(
        rule=rule.id,
        verdict=verdict,
        severity=severity,
        confidence=confidence,
        resource=about.text,
        resource_type=resource_type,
        subscription_id=about.subscription_id,
        location=row.location if row else None,
        related=ends,
        workloads=tuple(workload.id for workload in _workloads_of(about, ends, view)),
        remedy=remedy,
        fix=fix,
    )


def _workloads_of(about: ArmId, related: Sequence[str], view: View) -> tuple[Workload, ...]:
    """The workloads of a resource, or of the nearest resource above it (a connection has its target's).

    What is no member itself, such as a private endpoint, belongs to the workloads of its related ends.
    """
    for scope in about.scopes():
        if found := view.relations.workloads_of(scope):
            return found
    ends = (ArmId.parse(end) for end in related if end.startswith("/"))
    by_id = {workload.id: workload for end in ends for workload in view.relations.workloads_of(end)}
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


def _may_hide(gap: Gap, scope: Sequence[ArmId]) -> bool:
    """Whether what was not read might lie in an audited scope: the gap is inside one, or around one."""
    return _in_scope(gap.scope, scope) or any(audited.is_within(gap.scope) for audited in scope)
