"""Puts a report together: waivers applied, score taken, everything summed up for the writers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from auditor import __version__, waiving
from auditor.gate import NOTHING_OF_INTEREST
from auditor.model.estate import Estate
from auditor.model.finding import ABSENT
from auditor.model.json_value import json_value
from auditor.model.result import (
    AuditResult,
    PackVersion,
    Result,
    RuleSummary,
    Run,
    WorkloadEdge,
    WorkloadSummary,
)
from auditor.options import ScanOptions
from auditor.options_table import OPTIONS
from auditor.plugins import Packs
from auditor.relate.maps import maps
from auditor.relate.workloads import Relations, Workload
from auditor.rule import Rule
from auditor.scoring import score
from auditor.waivers import Waiver

# What says nothing of what was audited; addresses of `history`, `notify`, `send` may hold secrets besides.
_UNREPORTED_OPTIONS = frozenset(
    (
        *("annotations", "baseline", "history", "journal", "notify", "send"),
        *("format", "config", "verbose", "quiet", "no_progress"),
    )
)


def result(
    run: Run,
    packs: Packs,
    rules: Sequence[Rule[Any]],
    relations: Relations,
    estate: Estate,
    results: Sequence[Result],
    waivers: Sequence[Waiver],
    subscription_names: Mapping[str, str],
) -> AuditResult:
    """The report of an audit that ran."""
    today = run.started_at.date()
    marked = waiving.marked((_plain(found) for found in results), waivers, today)
    used = waiving.summaries(marked, waivers, today)
    workloads = tuple(sorted((_workload(one) for one in relations.workloads), key=lambda one: one.id))
    subscriptions = sorted({one.subscription_id for one in marked if one.subscription_id})
    return AuditResult(
        tool_version=__version__,
        packs=_packs(packs),
        run=run,
        score=score(marked, [one.id for one in workloads], subscriptions),
        gaps=estate.all_gaps(),
        workloads=workloads,
        maps=maps(estate, relations),
        rules=tuple(_rule(rule) for rule in rules),
        results=marked,
        unaudited=None if marked else NOTHING_OF_INTEREST,
        notices=tuple(waiving.notices(used)),
        subscription_names=dict(sorted(subscription_names.items())),
        waivers=used,
    )


def unaudited(why: str, run: Run, packs: Packs, rules: Sequence[Rule[Any]]) -> AuditResult:
    """The report of an audit that could not begin."""
    return AuditResult(
        tool_version=__version__,
        packs=_packs(packs),
        run=run,
        score=score((), (), ()),
        gaps=(),
        workloads=(),
        rules=tuple(_rule(rule) for rule in rules),
        results=(),
        unaudited=why,
    )


def set_options(options: ScanOptions) -> dict[str, object]:
    """The options that differ from their defaults and say something of what was audited, by key."""
    found: dict[str, object] = {}
    for option in OPTIONS:
        value = getattr(options, option.attribute, option.standing)
        if option.key not in _UNREPORTED_OPTIONS and value not in (option.standing, None, (), False):
            found[option.key] = json_value(value)
    return dict(sorted(found.items()))


def _plain(found: Result) -> Result:
    """The result with evidence values as JSON has them: a saved report must read back as it was."""
    evidence = tuple(
        seen if seen.value is ABSENT else replace(seen, value=json_value(seen.value))
        for seen in found.verdict.evidence
    )
    return replace(found, verdict=replace(found.verdict, evidence=evidence))


def _workload(workload: Workload) -> WorkloadSummary:
    return WorkloadSummary(
        id=workload.id,
        kind=workload.kind,
        name=workload.name,
        confidence=workload.confidence,
        members={role: tuple(rid.text for rid in ids) for role, ids in sorted(workload.members.items())},
        evidence=tuple(
            WorkloadEdge(
                source=edge.source.text,
                target=edge.target.text,
                tier=edge.tier,
                kind=edge.kind,
                path=edge.path,
            )
            for edge in workload.edges
        ),
    )


def _rule(rule: Rule[Any]) -> RuleSummary:
    return RuleSummary(
        id=rule.id,
        title=rule.title,
        severity=rule.severity,
        rule_class=rule.rule_class,
        rationale=rule.rationale,
        profiles=rule.profiles,
        controls=tuple((control.framework, control.id) for control in rule.controls),
        url=rule.sources[0].url,
    )


def _packs(packs: Packs) -> tuple[PackVersion, ...]:
    return tuple(PackVersion(name=pack.name, version=pack.version) for pack in packs.packs)
