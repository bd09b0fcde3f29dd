"""Texts as a hostile tenant would choose them, and an audit that holds one in every place it can reach."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date

from auditor.model.changes import Changes
from auditor.model.finding import Confidence, Evidence, Fail, Gap, Remedy, Severity, Unknown
from auditor.model.fix import Outcome
from auditor.model.ids import ArmId
from auditor.model.map import MapEdge, MapNode, WorkloadMap
from auditor.model.reasons import Reason
from auditor.model.result import (
    AuditResult,
    WaiverMark,
    WaiverState,
    WaiverSummary,
    WorkloadSummary,
)
from tests.reports.example import OPENAI, SUBSCRIPTION, audit, fix_of, result_of

HOSTILE = {
    "markup": "[red]x[/] [link=https://evil.example]y[/link] :smile:",
    "escape": "\x1b[2J\x1b]8;;https://evil.example\x07x\x1b]8;;\x07",
    "newline": "x\r\n\nINJECTED pass\x0bINJECTED\x85INJECTED\u2028INJECTED",
    "bidi": "\u202egnp.exe\u2066\u200f\u061c",
    "c1": "\x9b31m\x7f\x08",
    "surrogate": "\ud800x",
    "tag": "\U000e0041\ufeff",
    "long": "n" * 10_000,
    "script": "</script><script>alert(1)</script><img src=x onerror=alert(1)>",
    "xml": "]]>&amp;<x a='\"'/>&#27;\ufffe\uffff",
    "formula": "=cmd|' /C calc'!A0",
    "formula-plus": '+1+HYPERLINK("https://evil.example")',
    "formula-at": "\uff20SUM(1);-2+3",
    "formula-wide": "\u3000\uff1d1+1",
    "formula-tab": "\t=1+1",
    "mention": "@octocat octo/cat#1 GH-1 www.evil.example https://evil.example a@evil.example :smile:",
    "link": "[text](https://evil.example) ![image](https://evil.example/i.png) <https://evil.example> {0}",
    "fence": "`` ` ``` @octocat ` <img src=x> ~~~ | a | b\\| c `",
    "label": '"} 1 # EOF \\',
}


def is_safe(text: str) -> bool:
    """Whether no character but the newline is one that a terminal or viewer would obey."""
    return not any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for c in text if c != "\n")


def _map(text: str, resource: str) -> WorkloadMap:
    nodes = (
        MapNode(id=resource, kind="other", label=text, unread=(text,)),
        MapNode(id=OPENAI, kind="account", label=text, parent=resource),
    )
    edge = MapEdge(source=resource, target=OPENAI, kind="role", label=text, resource=resource, path=text)
    return WorkloadMap(workload="hostile", nodes=nodes, edges=(edge,), not_read=(text,))


def _changes(text: str, resource: str, plain: AuditResult) -> Changes:
    assert plain.changes is not None
    first = plain.changes.changes[0]
    said = replace(first, message=text, why=text, resource_type=text)
    change = replace(said, resource=resource, related=(resource,))
    return replace(plain.changes, changes=(change,), gone_resources=(resource,), notes=(text,))


def hostile_audit(text: str) -> AuditResult:
    """The example, with results, a workload, its map, a subscription, a gap, a waiver, a notice of `text`."""
    # No id can hold a lone surrogate: the decoder of the wire refuses it.
    name = text.replace("/", "").encode("utf-8", "replace").decode()
    resource = f"{OPENAI}/deployments/{name}"
    waiver = WaiverMark(rule="r", resource=resource, reason=text, owner=text, expires=date(2026, 1, 1))
    gap = Gap(scope=ArmId.parse(resource), what="Microsoft.Search/x", reason=Reason.SERVER_ERROR, detail=text)
    evidence = tuple(
        Evidence(resource=resource, path=f"tags.{text}", value=value)
        for value in (text, [text], {text: text}, 2**80)
    )
    fail = result_of(
        "hostile-rule",
        Fail(message=text, evidence=evidence, notes=(text,)),
        Severity.CRITICAL,
        resource,
        workloads=("hostile", text),
        related=(f"{OPENAI}/{name}",),
        remedy=Remedy(summary=text, az=f"az resource delete --name '{text}'"),
        confidence=Confidence.LOW,
    )
    unknown = result_of(
        "hostile-rule",
        Unknown(message=text, reason=Reason.CONDITIONAL, notes=(text,)),
        Severity.HIGH,
        resource,
    )
    unread = result_of(
        "hostile-rule", Unknown(message=text, reason=gap.reason, gap=gap), Severity.HIGH, resource
    )
    plain = audit()
    return replace(
        plain,
        results=(fail, replace(fail, remedy=Remedy(summary=text, az=None), waiver=waiver), unknown, unread),
        workloads=(
            WorkloadSummary(
                id="hostile", kind="foundry", name=text, confidence="probable", members={}, evidence=()
            ),
        ),
        maps=(_map(text, resource),),
        score=replace(plain.score, by_workload=(replace(plain.score.by_workload[0], id="hostile"),)),
        gaps=(gap,),
        run=replace(plain.run, tenant_id=text),
        notices=(text,),
        subscription_names={SUBSCRIPTION: text},
        fixes=(
            replace(fix_of(Outcome.FAILED, text, revert=text), unproven=(text,), before=text, after=text),
        ),
        waivers=(WaiverSummary(mark=waiver, state=WaiverState.UNUSED, covered=0),),
        changes=_changes(text, resource, plain),
    )
