"""Real payloads audited whole, by every rule that is installed."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from auditor.collect import PACK
from auditor.model.document import document
from auditor.model.finding import ABSENT, Evidence, Fail, Unknown
from auditor.model.ids import ArmId, same_text
from auditor.model.reasons import Reason
from auditor.model.resources.defender import Pricing
from auditor.model.resources.kubernetes import ManagedCluster
from tests.real.audits import KINDS, SCOPES, audited, collected, counts
from tests.real.payloads import present
from tests.real.renew_golden import GOLDEN
from tests.real.tenant import Kind, tenant_of
from tests.real.test_decoders import MALFORMED, RECORDS

SCHEMA = json.loads(
    (files("auditor_reports") / "schemas" / "report-1.0.schema.json").read_text(encoding="utf-8")
)
each_audit = pytest.mark.parametrize(("kind", "scope"), [(kind, scope) for kind in KINDS for scope in SCOPES])
each_kind = pytest.mark.parametrize("kind", KINDS)

pytestmark = present


@cache
def bodies(kind: Kind) -> dict[ArmId, dict[str, Any]]:
    return {ArmId.parse(body["id"]): body for body in tenant_of(kind)["resources"]}


@each_audit
def test_audit_of_real_payloads_judges_every_subject_without_an_error(kind: Kind, scope: str) -> None:
    result = audited(kind, scope)
    assert result.unaudited is None
    broken = [
        found
        for found in result.results
        if isinstance(found.verdict, Unknown) and found.verdict.reason is Reason.RULE_ERROR
    ]
    assert broken == []
    assert len(result.results) > 10


@each_audit
def test_audit_of_real_payloads_backs_each_verdict_with_what_was_read(kind: Kind, scope: str) -> None:
    for found in audited(kind, scope).results:
        verdict = found.verdict
        assert verdict.message, found
        if isinstance(verdict, Fail):
            assert verdict.evidence, found
            assert found.remedy is not None, found
            assert found.remedy.summary, found
        for evidence in verdict.evidence:
            assert ArmId.parse(evidence.resource), found
            assert evidence.path, found


@each_audit
def test_evidence_of_real_payloads_is_what_stands_in_them(kind: Kind, scope: str) -> None:
    compared = 0
    for found in audited(kind, scope).results:
        for evidence in found.verdict.evidence:
            body = bodies(kind).get(ArmId.parse(evidence.resource))
            if body is not None and _is_property(evidence):
                compared += 1
                assert evidence.value == _at(body, evidence.path), (found.rule, evidence)
    assert compared > 10


def _is_property(evidence: Evidence) -> bool:
    """Not what the sandbox puts in by itself, nor a path that goes through a map with dots in its names."""
    first = evidence.path.partition(".")[0]
    embedded = ("privateEndpointConnections", "sharedPrivateLinkResources", "userAssignedIdentities.")
    return first in {"properties", "identity", "sku", "kind"} and not any(
        name in evidence.path for name in embedded
    )


def _at(body: Any, path: str) -> Any:
    node = body
    for step in path.split("."):
        name, _, index = step.partition("[")
        if node is None or node is ABSENT:
            return ABSENT
        if not isinstance(node, dict):
            return node
        node = node.get(name, ABSENT)
        if index == "]":
            rest = path.partition("[].")[2]
            return [_at(item, rest) for item in node] if rest and isinstance(node, list) else node
        if index and isinstance(node, list):
            node = node[int(index.rstrip("]"))]
    return node


@each_audit
def test_remedies_of_real_payloads_leave_no_placeholder(kind: Kind, scope: str) -> None:
    for found in audited(kind, scope).results:
        if found.remedy is not None and found.remedy.az is not None:
            assert not re.search(r"(?<![$'\"{\w]){[a-z_]+}", found.remedy.az), found.remedy.az


@each_audit
def test_report_of_real_payloads_is_valid(kind: Kind, scope: str) -> None:
    Draft202012Validator(SCHEMA).validate(document(audited(kind, scope)))


@each_kind
def test_audit_of_real_payloads_is_the_same_in_any_order(kind: Kind) -> None:
    one, other = audited(kind, "all-resources"), audited(kind, "all-resources", "reversed")
    assert one.results == other.results
    assert one.gaps == other.gaps
    assert one.score == other.score


@each_kind
def test_collectors_read_all_that_each_list_holds(kind: Kind) -> None:
    estate = collected(kind)
    for record in {source.record for source in PACK.sources}:
        if record.ARM_TYPE.startswith("Microsoft.Authorization/"):
            continue
        for scope, rows in estate.lists(record).items():
            assert {row.id for row in rows} == set(_below(kind, scope, record.ARM_TYPE)), (record, scope)


def _below(kind: Kind, scope: ArmId, arm_type: str) -> Iterator[ArmId]:
    return (
        rid
        for rid, body in bodies(kind).items()
        if same_text(body["type"], arm_type) and rid.is_within(scope)
    )


@each_kind
def test_collectors_over_real_payloads_leave_no_gap_but_for_stand_ins(kind: Kind) -> None:
    """Recordings leave none; of the examples only those that write a stand-in where an id belongs.

    The plan for AI is newer than the payloads, so no subscription in them answers it, and the clusters that
    computes name are not among them.
    """
    stand_ins = {of.ARM_TYPE for of in RECORDS for name, *_ in MALFORMED if of.__name__ == name}
    gaps = Counter((gap.what, gap.reason) for gap in collected(kind).all_gaps())
    allowed = {(what, Reason.MALFORMED) for what in stand_ins} if kind == "examples" else set()
    assert set(gaps) <= allowed | {(of.ARM_TYPE, Reason.HIDDEN) for of in (ManagedCluster, Pricing)}


def test_counts_of_real_payloads_are_those_that_were_read_and_found_true() -> None:
    """Where a rule changed on purpose: `python -m tests.real.renew_golden`, and read what changed."""
    now, before = (dict(_flat(found)) for found in (counts(), json.loads(GOLDEN.read_text("utf-8"))))
    changed = {path: (before.get(path, 0), now.get(path, 0)) for path in sorted({*now, *before})}
    assert {path: pair for path, pair in changed.items() if pair[0] != pair[1]} == {}


def _flat(node: dict[str, Any], path: str = "") -> Iterator[tuple[str, int]]:
    for name, inner in node.items():
        if isinstance(inner, dict):
            yield from _flat(inner, f"{path}/{name}")
        else:
            yield f"{path}/{name}", inner
