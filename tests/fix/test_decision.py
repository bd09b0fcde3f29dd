"""The decision table, whole: every row in several variants, first match wins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from auditor.fix.decision import Means
from auditor.model.declared import Declared, DeclaredWorkload
from auditor.model.ids import ArmId
from auditor.sandbox.sample.company import STRANGER, within
from auditor.sandbox.sample.endpoints import SPOKE
from auditor.sandbox.sample.learning_dependencies import VAULT
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI, CLAIMS_SEARCH, HR_OPENAI, HR_STORAGE
from tests.fix.trust import TRUST, TRUSTING, decided, decision_on, known_of, trusting
from tests.rules.private_endpoint.decision_rows import (
    KNOCK,
    ROWS,
    Row,
    pending_ours,
    wanted_by_link,
    wanted_by_rule,
)
from tests.rules.private_endpoint.doors import (
    AI_PROD,
    ENDPOINT_ID,
    HR_BLOB,
    OTHER_TENANT,
    RETIRED,
    STATE,
    STATUS,
    at,
    both_sides,
    knock,
    ours,
    request,
    show,
)
from tests.rules.world import NOW, World, mended

HUB = f"{SPOKE}-hub"
GROUP = HR_STORAGE.partition("/providers/")[0]
LONE = within(GROUP, "Microsoft.KeyVault/vaults", "kv-alone")


@dataclass(frozen=True, kw_only=True)
class Case:
    """A pending connection, and what the table says of it."""

    name: str
    change: Callable[[World], object]
    kind: str
    row: int
    means: Means = Means.NOTHING
    about: str = HR_BLOB
    declared: Declared = TRUSTING
    rejected: tuple[str, ...] = ()
    says: str = ""

    def __str__(self) -> str:
        return self.name


def lock(scope: str, level: str = "CanNotDelete") -> dict[str, object]:
    rid = f"{scope}/providers/Microsoft.Authorization/locks/keep"
    kind = "Microsoft.Authorization/locks"
    return {"id": rid, "name": "keep", "type": kind, "properties": {"level": level}}


def locked(scope: str, level: str = "CanNotDelete") -> Callable[[World], object]:
    return lambda w: pending_ours(w).add(lock(scope, level))


def tagged(tags: object, target: str = HR_STORAGE) -> Callable[[World], object]:
    return lambda w: pending_ours(w).put(target, "tags", tags)


def made(ago: timedelta, change: Callable[[World], object]) -> Callable[[World], object]:
    def changed(world: World) -> None:
        change(world)
        world.put(KNOCK, "systemData.createdAt", (NOW - ago).isoformat())

    return changed


def ours_is(status: str) -> Callable[[World], object]:
    return lambda w: both_sides(w, HR_STORAGE, "pe-hr-blob", status)


def ours_with(path: str, value: object) -> Callable[[World], object]:
    return lambda w: pending_ours(w).put(HR_BLOB, path, value)


def stranger_at(world: World, path: str, value: object) -> World:
    return knock(world).put(KNOCK, path, value)


def loud(rid: str) -> str:
    """The same id in another case."""
    return rid.upper().replace("/SUBSCRIPTIONS/", "/subscriptions/")


def lone_vault(world: World) -> World:
    """A vault that no workspace leans on, with our endpoint waiting at it."""
    world.add({**world.body(VAULT), "id": LONE, "name": "kv-alone"})
    knock(world, LONE, endpoint=ours("pe-actuarial-vault"), seed="alone")
    asked = {**request(world, "pe-actuarial-vault"), "privateLinkServiceId": LONE}
    body = world.body(ours("pe-actuarial-vault"))["properties"]
    body["manualPrivateLinkServiceConnections"].append({"name": "alone", "properties": asked})
    return world


ONLY_CLAIMS = Declared(
    fix=TRUST,
    discover=False,
    workloads=(DeclaredWorkload(name="claims", kind="on-your-data", openai=(CLAIMS_OPENAI,)),),
)
ONLY_HR = replace(
    ONLY_CLAIMS,
    workloads=(
        DeclaredWorkload(name="hr", kind="on-your-data", openai=(HR_OPENAI,), storage=(loud(HR_STORAGE),)),
    ),
)

CASES = (
    # 1: it does not wait, or Azure is at work on it
    *(
        Case(name=f"1-{status}", change=ours_is(status), kind="not-pending", row=1)
        for status in ("Approved", "Rejected", "Disconnected", "Timeout", "Approving")
    ),
    *(
        Case(name=f"1-pending-{state}", change=ours_with(STATE, state), kind="blocked", row=1)
        for state in ("Deleting", "Failed", "Updating", "Unheard of", 7)
    ),
    *(
        Case(name=f"1-status-{status}", change=ours_with(STATUS, status), kind="blocked", row=1)
        for status in (None, "Waiting", 7, ["Pending"])
    ),
    Case(name="1-no-status", change=lambda w: pending_ours(w).cut(HR_BLOB, STATUS), kind="blocked", row=1),
    # 2: somebody wants it left alone, or that cannot be told
    Case(name="2-locked", change=locked(HR_STORAGE), kind="blocked", row=2, says="the lock keep"),
    Case(name="2-group-locked", change=locked(GROUP.lower(), "ReadOnly"), kind="blocked", row=2),
    Case(name="2-subscription-locked", change=locked(f"/subscriptions/{AI_PROD}"), kind="blocked", row=2),
    Case(name="2-connection-locked", change=locked(HR_BLOB), kind="blocked", row=2),
    Case(name="2-odd-lock", change=locked(HR_STORAGE, "Odd"), kind="blocked", row=2),
    Case(
        name="2-locks-refused",
        change=lambda w: pending_ours(w).refuse("Authorization/locks"),
        kind="blocked",
        row=2,
        says="Microsoft.Authorization/locks/read",
    ),
    Case(name="2-tagged", change=tagged({"No-AutoFix": ""}), kind="blocked", row=2, says="no-autofix"),
    Case(name="2-tags-unreadable", change=tagged("no-autofix"), kind="blocked", row=2, says="tags"),
    Case(
        name="2-rejected-before",
        change=pending_ours,
        rejected=(loud(ours("pe-hr-blob")),),
        kind="blocked",
        row=2,
        says="journal",
    ),
    Case(
        name="2-outside-declared",
        about=at(HR_OPENAI, "pe-hr-openai"),
        change=lambda w: both_sides(w, HR_OPENAI, "pe-hr-openai", "Pending"),
        declared=ONLY_CLAIMS,
        kind="blocked",
        row=2,
        says="declared",
    ),
    Case(
        name="2-before-3",
        change=lambda w: stranger_at(w, ENDPOINT_ID, None).put(CLAIMS_OPENAI, "tags", {"no-autofix": "x"}),
        about=KNOCK,
        kind="blocked",
        row=2,
    ),
    # 3 and 4: nobody that could be looked up, or Microsoft's retired endpoint
    *(
        Case(name=f"3-{name}", change=change, about=KNOCK, kind="unknown", row=3)
        for name, change in (
            ("null", lambda w: stranger_at(w, "properties.privateEndpoint", None)),
            ("absent", lambda w: knock(w).cut(KNOCK, ENDPOINT_ID)),
            ("number", lambda w: stranger_at(w, ENDPOINT_ID, 7)),
            ("another-type", lambda w: stranger_at(w, ENDPOINT_ID, SPOKE)),
        )
    ),
    Case(
        name="4-retired",
        change=lambda w: knock(w, CLAIMS_SEARCH, RETIRED),
        about=at(CLAIMS_SEARCH, "knock"),
        kind="retired",
        row=4,
    ),
    # 5: all of it proved
    Case(name="5-ours", change=pending_ours, kind="ours", row=5, means=Means.FIX),
    Case(
        name="5-ours-in-capitals",
        change=ours_with(ENDPOINT_ID, loud(ours("pe-hr-blob"))),
        declared=trusting(subscriptions=(AI_PROD.upper(),), vnets=(loud(SPOKE),)),
        kind="ours",
        row=5,
        means=Means.FIX,
    ),
    *(
        Case(name=f"5-{name}", change=change, kind="ours", row=5, means=Means.FIX)
        for name, change in (
            ("other-tags", tagged({"autofix": "no", "no-autofix-x": "1"})),
            ("neighbour-locked", locked(f"{HR_STORAGE}2")),
            ("just-made", ours_with("systemData.createdAt", NOW.isoformat())),
        )
    ),
    Case(name="5-declared-alone", change=pending_ours, declared=ONLY_HR, kind="ours", row=5, means=Means.FIX),
    Case(
        name="5-another-rejected",
        change=pending_ours,
        rejected=(ours("pe-hr-openai"),),
        kind="ours",
        row=5,
        means=Means.FIX,
    ),
    # 6: ours, and one of the proofs fails
    *(
        Case(
            name=f"6-{name}",
            change=pending_ours,
            declared=declared,
            kind="unplanned",
            row=6,
            means=Means.APPROVE,
            says=says,
        )
        for name, declared, says in (
            ("nothing-trusted", Declared(), "[fix] subscriptions"),
            ("another-subscription", trusting(subscriptions=(STRANGER,)), "[fix] subscriptions"),
            ("no-network", trusting(vnets=()), "[fix] vnets"),
            ("another-network", trusting(vnets=(HUB,)), "[fix] vnets"),
            ("longer-network", trusting(vnets=(f"{SPOKE}2",)), "[fix] vnets"),
            ("shorter-network", trusting(vnets=(SPOKE[:-1],)), "[fix] vnets"),
        )
    ),
    # 8 to 12: not ours
    Case(
        name="8-foreign",
        change=lambda w: show(knock(w), STRANGER, OTHER_TENANT),
        about=KNOCK,
        kind="foreign",
        row=8,
    ),
    Case(
        name="12-partner",
        change=lambda w: show(knock(w), STRANGER, OTHER_TENANT),
        declared=trusting(partner_tenants=(OTHER_TENANT,), subscriptions=(AI_PROD, STRANGER)),
        about=KNOCK,
        kind="unknown",
        row=12,
        means=Means.APPROVE,
    ),
    Case(
        name="12-trusted-but-not-visible",
        change=knock,
        declared=trusting(subscriptions=(AI_PROD, STRANGER)),
        about=KNOCK,
        kind="unknown",
        row=12,
        means=Means.APPROVE,
    ),
    *(
        Case(
            name=f"{row}-{ago.seconds // 60}-minutes-old",
            change=made(ago, change),
            about=KNOCK,
            kind="likely",
            row=row,
            means=means,
            says="" if means is Means.FIX_MANAGED else "15 minutes",
        )
        for row, change in ((9, wanted_by_link), (10, wanted_by_rule))
        for ago, means in (
            (timedelta(minutes=15), Means.FIX_MANAGED),
            (timedelta(minutes=14), Means.APPROVE),
            (timedelta(0), Means.APPROVE),
        )
    ),
)

_EXPECTED_MEANS = {
    5: Means.FIX,
    6: Means.APPROVE,
    7: Means.APPROVE,
    9: Means.FIX_MANAGED,
    10: Means.FIX_MANAGED,
    11: Means.APPROVE,
    12: Means.APPROVE,
}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_decide_connection_finds_row_and_means(case: Case) -> None:
    world = mended()
    case.change(world)
    found = decided(world, case.about, case.declared, *case.rejected)
    assert (found.kind, found.row, found.means) == (case.kind, case.row, case.means), found.said
    assert found.evidence
    assert case.says in found.said


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_decide_agrees_with_the_rules_about_who_asks(row: Row) -> None:
    world = mended()
    row.change(world)
    declared = replace(TRUSTING, fix=replace(TRUST, partner_tenants=row.declared.fix.partner_tenants))
    found = decided(world, row.about, declared)
    assert (found.kind, found.row) == (row.kind, row.row), found.said
    assert found.means is _EXPECTED_MEANS.get(row.row, Means.NOTHING)


def test_decide_ours_leaves_nothing_unproven_and_shows_the_network() -> None:
    found = decided(pending_ours(mended()), HR_BLOB)
    assert found.unproven == ()
    assert any(seen.path == "properties.subnet.id" for seen in found.evidence)


def test_decide_ours_at_what_no_workload_leans_on_is_unplanned() -> None:
    known = known_of(lone_vault(mended()), wide=True)
    found = decision_on(known, at(LONE, "alone"))
    assert (found.kind, found.row, found.means) == ("unplanned", 6, Means.APPROVE)
    assert "no workload surely holds kv-alone" in found.said


@pytest.mark.parametrize("group", ["rg-hr", "rg-claims-chat"])
def test_decide_outside_the_selected_group_is_held(group: str) -> None:
    known = known_of(pending_ours(mended()))
    scope = ArmId.parse(f"/subscriptions/{AI_PROD}/resourceGroups/{group}")
    found = decision_on(replace(known, wanted=(scope,)), HR_BLOB)
    assert (found.kind, found.row) == ("blocked", 2)
    own = ArmId.parse(GROUP)
    assert decision_on(replace(known, wanted=(own,)), HR_BLOB).row == 5


def test_decide_without_a_certain_tenant_trusts_nothing() -> None:
    known = known_of(pending_ours(mended()))
    found = decision_on(replace(known, estate=replace(known.estate, tenant_id=None)), HR_BLOB)
    assert (found.kind, found.row) == ("unknown", 12)
