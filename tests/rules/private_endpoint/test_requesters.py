"""Who asks: the rows of the decision table, and which rule fails each pending connection."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.model.declared import Declared
from auditor.model.finding import Undecided
from auditor.model.ids import ArmId
from auditor.model.resources.connection import CognitiveConnection, PrivateEndpointConnection
from auditor.model.result import Result
from auditor.relate.expectations import holds_nonce
from auditor.relate.requesters import READS, Requester, classify
from auditor.relate.targets import CONNECTION_TYPES
from auditor.relate.workloads import READS as RELATION_READS
from auditor.relate.workloads import discover
from auditor.sandbox.sample.company import STRANGER
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI
from auditor_rules.private_endpoint.private_endpoint_pending import private_endpoint_pending
from auditor_rules.private_endpoint.private_endpoint_retired_managed import private_endpoint_retired_managed
from auditor_rules.private_endpoint.private_endpoint_unknown_requester import (
    private_endpoint_unknown_requester,
)
from tests.rules.private_endpoint.decision_rows import KNOCK, OLD, ROWS, Row, pending_ours, wanted_by_link
from tests.rules.private_endpoint.doors import (
    AI_PROD,
    HR_BLOB,
    NONCE,
    OTHER_TENANT,
    STATUS,
    at,
    knock,
)
from tests.rules.world import World, mended

RULES = (private_endpoint_pending, private_endpoint_unknown_requester, private_endpoint_retired_managed)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_classify_pending_connection_finds_row(row: Row) -> None:
    world = mended()
    row.change(world)
    found = asked(world, row.about, row.declared)
    assert (found.kind, found.row) == (row.kind, row.row), found.said
    assert found.evidence


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_pending_connection_fails_exactly_one_rule(row: Row) -> None:
    world = mended()
    row.change(world)
    results = [about(world.judge(rule, row.declared), row.about) for rule in RULES]
    failed = [result for result in results if result is not None and result.status == "fail"]
    assert [OLD if "retired" in result.rule else result.rule for result in failed] == [row.failed_by]
    assert failed[0].severity is row.severity
    assert all(result.status != "unknown" for result in results if result is not None)


@pytest.mark.parametrize("status", ["Approved", "Rejected", "Disconnected", "Approving", "approved"])
def test_classify_settled_connection_is_not_pending(status: str) -> None:
    world = mended().put(HR_BLOB, STATUS, status)
    found = asked(world, HR_BLOB)
    assert (found.kind, found.row) == ("not-pending", 1)


@pytest.mark.parametrize("status", [None, "Waiting", 7])
def test_classify_unreadable_status_is_undecided(status: object) -> None:
    world = mended().put(HR_BLOB, STATUS, status)
    with pytest.raises(Undecided):
        asked(world, HR_BLOB)


def test_classify_ours_names_network_group_and_tenant() -> None:
    found = asked(pending_ours(mended()), HR_BLOB)
    assert found.groups == ("blob",)
    assert found.network is not None
    assert found.network.name == "vnet-norrland-ai-prod"
    assert found.tenant_id == mended().tenant["tenant_id"]
    assert "[fix]" in found.unproven[0]


@pytest.mark.parametrize("is_audit_known", [True, False])
def test_classify_visible_subscription_without_tenant_is_unknown(is_audit_known: bool) -> None:
    estate = knock(mended()).estate((*READS, *RELATION_READS))
    shown = {ArmId.parse(f"/subscriptions/{STRANGER}"): None if is_audit_known else OTHER_TENANT}
    estate = replace(
        estate,
        tenant_id=estate.tenant_id if is_audit_known else None,
        visible={**estate.visible, **shown},
    )
    found = next(row for row in estate.listed(CognitiveConnection) if row.id == ArmId.parse(KNOCK))
    requester = classify(estate, discover(estate, Declared()), found)
    assert (requester.kind, requester.row) == ("unknown", 12)


def test_classify_several_candidates_names_rivals() -> None:
    found = asked(knock(wanted_by_link(mended()), seed="other"), KNOCK)
    assert [rid.text for rid in found.rivals] == [at(CLAIMS_OPENAI, "other")]
    assert [wish.asker.name for wish in found.wanted_by] == ["link-two"]


def test_classify_unread_links_says_what_was_not_looked_at() -> None:
    found = asked(knock(mended()).refuse("sharedPrivateLinkResources"), KNOCK)
    assert (found.kind, found.row) == ("unknown", 12)
    assert any("sharedPrivateLinkResources" in said for said in found.unproven)


@pytest.mark.parametrize(
    ("message", "holds"),
    [
        (NONCE, True),
        ("x 5b1f0c9e7a434d289e61c0d2f4a7b835", True),
        ("5B1F0C9E-7A43-4D28-9E61-C0D2F4A7B835", True),
        ("00000000-0000-0000-0000-000000000001", False),
        ("5b1f0c9e-7a43", False),
        (f"for {AI_PROD}", False),
        ("", False),
        (None, False),
    ],
)
def test_holds_nonce_wants_128_bits_that_nobody_knows(message: str | None, holds: bool) -> None:
    assert holds_nonce(mended().estate(()), message) is holds


def asked(world: World, rid: str, declared: Declared | None = None) -> Requester:
    known = declared or Declared()
    estate = world.estate((*READS, *RELATION_READS), known)
    found = next(row for row in connections(world, known) if row.id == ArmId.parse(rid))
    return classify(estate, discover(estate, known), found, partner_tenants=known.fix.partner_tenants)


def connections(world: World, declared: Declared) -> list[PrivateEndpointConnection]:
    estate = world.estate((*READS, *RELATION_READS), declared)
    return [row for of in CONNECTION_TYPES for row in estate.listed(of)]


def about(results: tuple[Result, ...], rid: str) -> Result | None:
    return next((result for result in results if result.resource.lower() == rid.lower()), None)
