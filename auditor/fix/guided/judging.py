"""The findings judged again, from fresh reads and by their own rules, before anything is planned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from auditor.collect.scope import Scope, resolve
from auditor.collect.session import Connection
from auditor.errors import UsageError
from auditor.model.declared import WORKLOAD_KINDS, Declared, DeclaredWorkload
from auditor.model.ids import ArmId, same_text
from auditor.model.result import AuditResult, Result, WorkloadSummary
from auditor.options import ScanOptions
from auditor.plugins import Packs
from auditor.scan import can_discover, judge_alone

# What an edge of a declared workload is called (auditor.relate.workloads).
_DECLARED = "declared"


async def judged_again(
    opened: Connection,
    report: AuditResult,
    findings: Sequence[Result],
    options: ScanOptions,
    packs: Packs,
    now: datetime,
) -> tuple[Result, ...]:
    """What the rules of the findings say now.

    Everything is read anew, and related as the scan of the report did. What was declared then is declared
    now, by auditor.toml or by the report itself. Raises UsageError where the report is of another tenant.
    """
    scope = await _scope(opened, report)
    rules = tuple({finding.rule: packs.rule(finding.rule) for finding in findings}.values())
    asked = replace(
        options,
        declared=_declared(report, options.declared, packs),
        all_resources=report.run.options.get("all_resources") is True,
    )
    estate, results = await judge_alone(opened, scope, asked, packs, rules, now)
    theirs, ours = report.run.tenant_id, estate.tenant_id
    if theirs and ours and not same_text(theirs, ours):
        said = f"the report is of tenant {theirs}, the sign-in is to {ours}"
        raise UsageError(said, "Sign in to the tenant of the report.")
    return results


async def _scope(opened: Connection, report: AuditResult) -> Scope:
    wanted = tuple(ArmId.parse(scope) for scope in report.run.scope)
    subscriptions = dict.fromkeys(rid.subscription_id for rid in wanted if rid.subscription_id)
    found = await resolve(opened.reader, tuple(subscriptions), None, ())
    return replace(found, wanted=wanted)


def _declared(report: AuditResult, configured: Declared, packs: Packs) -> Declared:
    names = {workload.name.lower() for workload in configured.workloads}
    found = (_workload(one) for one in report.workloads if one.name.lower() not in names)
    ran = {rule.id for rule in report.rules}
    return replace(
        configured,
        workloads=(*configured.workloads, *(one for one in found if one is not None)),
        discover=configured.discover and can_discover(rule for rule in packs.rules if rule.id in ran),
    )


def _workload(summary: WorkloadSummary) -> DeclaredWorkload | None:
    """None for one that was not declared: it is discovered again, or is not there any more."""
    kind = next((known for known in WORKLOAD_KINDS if known == summary.kind), None)
    if kind is None or not any(edge.kind == _DECLARED for edge in summary.evidence):
        return None
    members = summary.members
    return DeclaredWorkload(
        name=summary.name,
        kind=kind,
        openai=members.get("openai", ()),
        search=members.get("search", ()),
        storage=members.get("storage", ()),
        web_app=members.get("web_app", ()),
        workspace=members.get("workspace", ()),
    )
