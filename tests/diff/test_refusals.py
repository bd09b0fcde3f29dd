"""A tenant in which nothing changes but what may be read: nothing may then be fixed, and nothing gone."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from auditor.diff import compare, side_of
from auditor.model.changes import Change, ChangeKind, Changes
from auditor.model.result import AuditResult
from tests.diff.runs import run
from tests.meta.whole_audit import RULES, audit
from tests.rules.world import World, company

# It asks for proof that a request is ours, and fails by its own definition where there is none.
_WANTS_PROOF = "private-endpoint-unknown-requester"
PATTERNS = (
    r"/providers/Microsoft\.Search/searchServices[?]",
    r"/providers/Microsoft\.CognitiveServices/accounts[?]",
    r"/providers/Microsoft\.Storage/storageAccounts[?]",
    r"/providers/Microsoft\.MachineLearningServices/workspaces[?]",
    r"/providers/Microsoft\.Network/privateEndpoints[?]",
    r"/providers/Microsoft\.Network/(virtualNetworks|networkSecurityGroups|networkInterfaces)[?]",
    r"/providers/Microsoft\.Network/privateDnsZones",
    r"/providers/Microsoft\.Authorization/role",
    r"/providers/Microsoft\.ContainerRegistry/",
    r"/providers/Microsoft\.KeyVault/",
    r"/providers/Microsoft\.Web/",
    r"privateEndpointConnections|/(connections|datastores|outboundRules|computes|deployments|projects)[?]",
    r"/subscriptions/[^/]+/providers/",
)


def reported(world: World, day: float) -> AuditResult:
    found = audit(world)
    plain = run(*found.results, rules=[rule.id for rule in RULES], days=day)
    scope = tuple(one.text for one in found.estate.audited)
    return replace(plain, run=replace(plain.run, scope=scope), gaps=found.estate.all_gaps())


@cache
def before() -> AuditResult:
    return reported(company(), 0)


def between(old: AuditResult, new: AuditResult) -> Changes:
    return compare(side_of(old), side_of(new))


def shown(changes: tuple[Change, ...]) -> list[str]:
    judged = (one for one in changes if one.rule != _WANTS_PROOF)
    return [f"{one.kind}: {one.rule} on {one.resource} of {', '.join(one.related)}" for one in judged]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_refusal_fixes_nothing_and_makes_nothing_gone_or_new(pattern: str) -> None:
    refused = reported(company().refuse(pattern), 1)
    lost = between(before(), refused)
    assert lost.of(ChangeKind.UNKNOWN_NOW)
    wrong = (ChangeKind.FIXED, ChangeKind.GONE, ChangeKind.NOT_JUDGED_NOW, ChangeKind.NEW)
    assert shown(lost.of(*wrong)) == []
    assert lost.gone_resources == ()
    # And back: what is seen again is no news.
    found = between(refused, replace(before(), run=replace(before().run, started_at=refused.run.finished_at)))
    assert shown(found.of(*wrong)) == []
