"""What changed between two runs, fingerprint by fingerprint."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.diff import compare, side_of
from auditor.model.changes import Change, ChangeKind, Changes
from auditor.model.finding import Gap, Severity
from auditor.model.result import AuditResult, Result
from tests.diff.runs import (
    FAIL,
    HERE,
    INAPPLICABLE,
    PASS,
    THERE,
    UNDECIDED,
    UNKNOWN,
    found,
    gap,
    list_unread,
    run,
)
from tests.reports.example import OPENAI, SEARCH, STORAGE, STORAGE_LOGS, audit

ACCOUNTS = "Microsoft.CognitiveServices/accounts"
ASSIGNED = "/providers/Microsoft.Authorization/roleAssignments/1"


def between(old: AuditResult, new: AuditResult) -> Changes:
    return compare(side_of(old), side_of(new))


def kinds(changes: Changes) -> list[str]:
    return [change.kind.value for change in changes.changes]


def only(old: AuditResult, new: AuditResult) -> Change:
    (change,) = between(old, new).changes
    return change


_STATES: dict[str, Result | None] = {
    "absent": None,
    "open": found(FAIL),
    "waived": found(FAIL, waived=True),
    "pass": found(PASS),
    "unknown": found(UNKNOWN),
    "undecided": found(UNDECIDED),
    "inapplicable": found(INAPPLICABLE),
}
# Rows: before; columns: now. Every pair of states has its word, and most have none.
_TABLE = {
    "absent": ("", "new", "waived", "", "unknown-now", "unknown-now", ""),
    "open": ("gone", "", "waived", "fixed", "unknown-now", "unknown-now", "not-applicable-now"),
    "waived": ("gone", "unwaived", "", "fixed", "unknown-now", "unknown-now", "not-applicable-now"),
    "pass": ("", "regressed", "waived", "", "unknown-now", "unknown-now", ""),
    "unknown": ("gone", "known-again", "waived", "known-again", "", "", "known-again"),
    "undecided": ("gone", "known-again", "waived", "known-again", "", "", "known-again"),
    "inapplicable": ("", "new", "waived", "", "unknown-now", "unknown-now", ""),
}


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (before, after, kind)
        for before, row in _TABLE.items()
        for after, kind in zip(_STATES, row, strict=True)
    ],
)
def test_change_from_each_state_to_each_has_its_word(before: str, after: str, kind: str) -> None:
    old, new = ([one] if (one := _STATES[state]) else [] for state in (before, after))
    assert kinds(between(run(*old), run(*new, days=1))) == ([kind] if kind else [])


def test_change_of_a_spelling_of_the_id_is_none() -> None:
    shouted = found(FAIL, resource=OPENAI.upper(), related=(SEARCH.upper(),))
    old, new = run(found(FAIL, related=(SEARCH,))), run(shouted, scope=(HERE.upper(),), days=1)
    assert between(old, replace(new, run=replace(new.run, scope=old.run.scope))).changes == ()
    assert not between(run(found(FAIL), scope=(HERE,)), run(found(FAIL), scope=(HERE.upper(),), days=1)).notes


@pytest.mark.parametrize(
    ("was", "now", "kind"),
    [
        (Severity.MEDIUM, Severity.CRITICAL, "worse"),
        (Severity.CRITICAL, Severity.LOW, "milder"),
    ],
)
@pytest.mark.parametrize("waived", [False, True])
def test_change_of_severity_says_what_it_was(was: Severity, now: Severity, kind: str, waived: bool) -> None:
    old = run(found(FAIL, severity=was, waived=waived))
    change = only(old, run(found(FAIL, severity=now, waived=waived), days=1))
    assert (change.kind.value, change.severity, change.why) == (kind, now, f"it was {was}")


@pytest.mark.parametrize(
    ("results", "gaps"),
    [
        # The rule's own subjects could not be listed.
        ((list_unread(ACCOUNTS),), ()),
        # Another rule says so too, or no rule does: the gap itself hides what its list would hold.
        ((), (gap(ACCOUNTS),)),
        ((), (gap(ACCOUNTS.upper(), HERE.upper()),)),
        ((), (gap("Microsoft.CognitiveServices/accounts/deployments", OPENAI),)),
    ],
)
def test_failure_that_is_hidden_is_unknown_now_and_never_gone(
    results: tuple[Result, ...], gaps: tuple[Gap, ...]
) -> None:
    changes = between(run(found(FAIL)), run(*results, gaps=gaps, days=1))
    about = [change for change in changes.changes if change.resource == OPENAI]
    assert [(change.kind, change.was, change.now) for change in about] == [
        (ChangeKind.UNKNOWN_NOW, "fail", None)
    ]
    assert about[0].why
    assert changes.gone_resources == ()


@pytest.mark.parametrize(
    "gaps", [(gap("Microsoft.Search/searchServices"),), (gap(ACCOUNTS, THERE),), (gap(ACCOUNTS, SEARCH),)]
)
def test_failure_that_no_gap_hides_is_gone(gaps: tuple[Gap, ...]) -> None:
    changes = between(run(found(FAIL), gaps=gaps), run(gaps=gaps, days=1))
    assert kinds(changes) == ["gone"]
    assert changes.gone_resources == (OPENAI,)


@pytest.mark.parametrize("related", [(), (SEARCH,)])
def test_failure_that_is_not_seen_while_something_more_is_unread_is_unknown_now(
    related: tuple[str, ...],
) -> None:
    old = run(found(FAIL, related=related), gaps=(gap("Microsoft.Web/sites"),))
    unread = (gap("Microsoft.Web/sites"), gap("Microsoft.Network/privateEndpoints"))
    change = only(old, run(gaps=unread, days=1))
    assert change.kind is ChangeKind.UNKNOWN_NOW
    assert "privateEndpoints" in change.why
    # What was unread before too hides nothing that was seen then.
    assert kinds(between(old, run(gaps=unread[:1], days=1))) == ["gone"]


def test_relation_whose_other_end_cannot_be_listed_is_unknown_now() -> None:
    old = run(found(FAIL, related=(SEARCH,)))
    assert only(old, run(gaps=(gap("Microsoft.Search/searchServices"),), days=1)).kind == "unknown-now"


def test_failure_that_a_list_hid_before_is_known_again_and_so_is_the_list() -> None:
    changes = between(run(list_unread(ACCOUNTS)), run(found(FAIL), days=1))
    assert [(one.kind.value, one.was, one.now) for one in changes.changes] == [
        ("known-again", "unknown", None),
        ("known-again", None, "fail"),
    ]
    assert [one.now for one in changes.worsened] == ["fail"]


def test_failure_of_a_rule_that_did_not_apply_while_more_was_unread_is_known_again() -> None:
    old = run(found(INAPPLICABLE), gaps=(gap("Microsoft.Web/sites"),))
    assert only(old, run(found(FAIL), days=1)).kind is ChangeKind.KNOWN_AGAIN
    assert only(old, run(found(FAIL), gaps=old.gaps, days=1)).kind is ChangeKind.NEW


def test_failure_outside_the_scope_now_is_not_judged_and_not_fixed() -> None:
    old = run(found(FAIL), found(UNKNOWN, rule="rule-b"))
    changes = between(old, run(scope=(THERE,), days=1))
    assert kinds(changes) == ["not-judged-now", "not-judged-now"]
    assert {one.why for one in changes.changes} == {"the resource was outside the scope this time"}
    assert changes.gone_resources == ()
    assert changes.notes == ("The scopes differ.",)


def test_failure_of_a_rule_that_is_not_judged_now_is_not_judged() -> None:
    changes = between(run(found(FAIL)), run(rules=("rule-b",), days=1))
    assert kinds(changes) == ["not-judged-now"]
    assert changes.notes == ("Not the same rules: 0 more and 1 fewer than before.",)


@pytest.mark.parametrize(
    ("old", "why"),
    [
        (run(rules=("rule-b",)), "the rule was not among those judged before"),
        (run(scope=(f"{HERE}/resourceGroups/rg-hr",)), "the resource was outside the scope before"),
        (run(), ""),
    ],
)
def test_new_failure_says_whether_it_was_looked_for_before(old: AuditResult, why: str) -> None:
    change = only(old, run(found(FAIL), days=1))
    assert (change.kind, change.why) == (ChangeKind.NEW, why)


def test_what_is_assigned_above_subscriptions_is_in_every_scope() -> None:
    assert kinds(between(run(found(FAIL, resource=ASSIGNED)), run(days=1))) == ["gone"]


def test_gone_part_of_a_resource_that_is_there_says_so() -> None:
    old = run(found(FAIL, related=(SEARCH,)), found(PASS))
    changes = between(old, run(found(PASS), days=1))
    assert [(one.kind.value, one.why) for one in changes.changes] == [
        ("gone", "the resource is there, this part of it is not")
    ]
    assert changes.gone_resources == ()


def test_gone_resources_are_those_without_any_verdict_whatever_it_was() -> None:
    old = run(found(PASS, resource=STORAGE), found(INAPPLICABLE, resource=STORAGE_LOGS), found(FAIL))
    changes = between(old, run(found(FAIL), days=1))
    assert kinds(changes) == []
    assert changes.gone_resources == (STORAGE_LOGS, STORAGE)


def test_two_verdicts_of_one_fingerprint_count_as_the_one_not_to_overlook() -> None:
    assert kinds(between(run(found(PASS)), run(found(PASS), found(FAIL), days=1))) == ["regressed"]
    assert kinds(between(run(found(FAIL)), run(found(PASS), found(UNKNOWN), days=1))) == ["unknown-now"]


def test_changes_are_ordered_by_kind_then_severity() -> None:
    old = run(found(FAIL), found(PASS, rule="rule-b"))
    new = run(
        found(PASS),
        found(FAIL, rule="rule-b"),
        found(FAIL, resource=STORAGE, severity=Severity.LOW),
        found(FAIL, resource=SEARCH, severity=Severity.CRITICAL),
        days=1,
    )
    changes = between(old, new)
    assert kinds(changes) == ["new", "new", "regressed", "fixed"]
    assert [one.severity.value for one in changes.changes[:2]] == ["critical", "low"]
    assert {kind.value: count for kind, count in changes.counts.items() if count} == {
        "new": 2,
        "regressed": 1,
        "fixed": 1,
    }


def test_score_change_is_the_value_s_and_the_least_and_most_it_can_be() -> None:
    old = run(found(PASS), found(FAIL, rule="rule-b"), found(UNKNOWN, resource=SEARCH))
    new = run(found(PASS), found(PASS, rule="rule-b"), found(UNKNOWN, resource=SEARCH), days=1)
    assert between(old, new).score_change == (50.0, 0.0, 66.7)
    assert between(old, run(found(UNKNOWN), days=1)).score_change is None


def test_report_compared_with_itself_has_no_change() -> None:
    changes = between(audit(), audit())
    assert (changes.changes, changes.gone_resources, changes.notes) == ((), (), ())


def test_notes_say_what_makes_two_runs_hard_to_compare() -> None:
    old, new = run(), run(days=-1)
    other = replace(new, tool_version="0.2.0", unaudited="Sign-in failed.", rules=())
    other = replace(other, run=replace(other.run, tenant_id="other", scope=()))
    assert between(old, other).notes == (
        f"Not the same tenant: {old.run.tenant_id} in AzureCloud, then other in AzureCloud.",
        "The first of the two started later than the second.",
        "The second audited nothing.",
        "The scopes differ.",
        "Not the same rules: 0 more and 2 fewer than before.",
        "Not the same auditor: 0.1.0, then 0.2.0.",
    )


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        # A new zone group names its zone; a removed one names none.
        ((), (STORAGE,), ["fixed"]),
        ((STORAGE,), (), ["fixed"]),
        ((SEARCH,), (SEARCH.upper(), STORAGE), ["fixed"]),
        # Another end is another relation.
        ((SEARCH,), (STORAGE,), ["gone"]),
    ],
)
def test_finding_whose_ends_grew_or_shrank_is_still_the_same(
    before: tuple[str, ...], after: tuple[str, ...], expected: list[str]
) -> None:
    old, new = run(found(FAIL, related=before)), run(found(PASS, related=after), days=1)
    assert kinds(between(old, new)) == expected


def test_finding_with_grown_ends_among_several_of_its_resource_is_another() -> None:
    old = run(found(FAIL), found(FAIL, related=(SEARCH,)))
    assert kinds(between(old, run(found(PASS, related=(STORAGE,)), days=1))) == ["gone", "gone"]
