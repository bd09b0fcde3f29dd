"""What a history keeps of a run, and what it says of the next one. On SQLite and on a real PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from auditor.diff import compare, side_of
from auditor.history.database import Database
from auditor.history.past import last_of
from auditor.history.schema import changes, fixes, gaps, metadata, results, rules, runs, scores
from auditor.history.series import series_of
from auditor.model.changes import ChangeKind
from auditor.model.finding import Verdict
from auditor.model.fix import Outcome
from auditor.model.result import AuditResult
from tests.diff.runs import (
    FAIL,
    INAPPLICABLE,
    PASS,
    START,
    THERE,
    UNKNOWN,
    found,
    gap,
    list_unread,
    run,
)
from tests.history.conftest import Keep
from tests.reports.example import OPENAI, SEARCH, STORAGE, audit, fix_of
from tests.reports.hostile import HOSTILE, hostile_audit, is_safe

ACCOUNTS = "Microsoft.CognitiveServices/accounts"


def rows(database: Database, query: Any) -> list[dict[str, Any]]:
    with database.reading() as connection:
        return [dict(row._mapping) for row in connection.execute(query)]


def first_seen(result: AuditResult) -> list[float | None]:
    """Days after START, by result."""
    seen = [one.first_seen for one in result.results]
    return [None if at is None else (at - START) / timedelta(days=1) for at in seen]


def test_first_run_has_nothing_to_compare_with_and_is_kept_whole(keep: Keep, database: Database) -> None:
    kept = keep(replace(audit(), changes=None, fixes=(fix_of(Outcome.APPROVED, "It is ours."),)))
    assert kept.changes is None
    (row,) = rows(database, select(runs))
    assert (row["id"], row["started_at"], row["grade"]) == (kept.run.id, kept.run.started_at, "F")
    assert (row["score"], row["score_low"], row["score_high"], row["coverage"]) == (22.2, 14.3, 50.0, 0.7)
    assert (row["failed"], row["failed_low"], row["waived"], row["unknown"]) == (6, 2, 1, 3)
    assert row["scope"] == list(kept.run.scope)
    assert row["options"] == kept.run.options
    assert (row["previous_run_id"], row["changes_new"], row["mean_age_days"]) == (None, None, 0.0)
    listed = {
        table.name: [dict(one) for one in rows(database, select(table).order_by(table.c[1]))]
        for table in (results, gaps, rules, scores, fixes, changes)
    }
    assert [one["fingerprint"] for one in listed["results"]] == [one.fingerprint for one in kept.results]
    waived = next(one for one in listed["results"] if one["is_waived"])
    assert (waived["waiver_owner"], str(waived["waiver_expires"])) == ("team-chat", "2026-12-31")
    assert [one["action"] for one in listed["gaps"]] == [one.action for one in kept.gaps]
    assert [one["id"] for one in listed["rules"]] == [one.id for one in kept.rules]
    assert [(one["kind"], one["name"]) for one in listed["scores"]][:2] == [
        ("workload", "hr-chat"),
        ("workload", "Übersetzung 翻訳"),
    ]
    assert [one["outcome"] for one in listed["fixes"]] == [one.outcome for one in kept.fixes]
    assert listed["fixes"][0]["message"] == "It is ours."
    assert listed["changes"] == []


def test_next_run_is_compared_with_the_last_as_two_reports_would_be(keep: Keep, database: Database) -> None:
    unread = (gap("Microsoft.Web/sites"), gap("Microsoft.Search/x"))
    old = run(
        found(PASS),
        found(FAIL, resource=SEARCH, related=(STORAGE,)),
        found(FAIL, rule="rule-b"),
        gaps=unread,
    )
    new = run(found(FAIL), list_unread(ACCOUNTS, THERE), gaps=unread, days=1)
    keep(old)
    compared = keep(new)
    assert compared.changes == compare(side_of(old), side_of(new))
    kinds = [change.kind.value for change in compared.changes.changes] if compared.changes else []
    assert kinds == ["regressed", "unknown-now", "gone", "gone"]
    row = rows(database, select(runs).order_by(runs.c.started_at))[-1]
    assert (row["changes_regressed"], row["changes_unknown_now"], row["changes_gone"]) == (1, 1, 2)
    assert (row["changes_new"], row["previous_run_id"]) == (0, old.run.id)
    assert [one["kind"] for one in rows(database, select(changes).order_by(changes.c.number))] == kinds


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_kept_harmless_and_still_compared(name: str, keep: Keep, database: Database) -> None:
    first = replace(hostile_audit(HOSTILE[name]), changes=None)
    keep(first)
    later = replace(first.run, id="later", started_at=first.run.started_at + timedelta(days=1))
    second = keep(replace(first, run=later))
    assert second.changes is not None
    assert (second.changes.changes, second.changes.gone_resources) == ((), ())
    for table in metadata.sorted_tables:
        for row in rows(database, select(table)):
            assert is_safe("".join(str(value) for value in row.values())), table.name


def test_failure_is_known_since_its_first_run_until_it_passes(keep: Keep) -> None:
    other = found(FAIL, resource=SEARCH)
    states: list[Verdict | None] = [FAIL, FAIL, UNKNOWN, FAIL, None, FAIL, PASS, FAIL, INAPPLICABLE, FAIL]
    seen = [
        first_seen(keep(run(*([found(state)] if state else []), other, days=day)))[0]
        for day, state in enumerate(states)
    ]
    # Unknown or not seen ends nothing; a pass and a rule that does not apply do.
    assert seen == [0, 0, None, 0, 0, 0, None, 7, None, 9]


def test_failure_that_is_accepted_keeps_its_age(keep: Keep, database: Database) -> None:
    keep(run(found(FAIL)))
    assert first_seen(keep(run(found(FAIL, waived=True), days=1))) == [0]
    # What is accepted is not open: it has no part in the mean.
    ages = [row["mean_age_days"] for row in rows(database, select(runs).order_by(runs.c.started_at))]
    assert ages == [0.0, None]
    keep(run(found(FAIL), found(FAIL, resource=SEARCH), days=3))
    assert rows(database, text("SELECT mean_age_days FROM trend ORDER BY started_at"))[-1] == {
        "mean_age_days": 1.5
    }


@pytest.mark.parametrize(
    ("options", "same"),
    [
        ({"subscription": ["B", "a"]}, True),
        ({"subscription": ["a", "b"], "fail_on": "low", "min_score": 5.0}, True),
        ({"subscription": ["a"]}, False),
        ({"subscription": ["a", "b"], "resource_group": ["rg"]}, False),
        ({"subscription": ["a", "b"], "rule": ["openai-*"]}, False),
        ({}, False),
    ],
)
def test_only_runs_that_ask_the_same_are_compared(options: dict[str, object], same: bool, keep: Keep) -> None:
    keep(run(found(FAIL), options={"subscription": ["a", "b"]}))
    later = keep(run(found(FAIL), options=options, days=1))
    assert (later.changes is not None) is same
    # Since when a failure is known does not depend on what was asked.
    assert first_seen(later) == [0]


def test_subscription_that_is_not_seen_any_more_is_no_new_question(keep: Keep) -> None:
    keep(run(found(FAIL)))
    later = keep(run(scope=(THERE,), days=1))
    assert later.changes is not None
    assert [change.kind for change in later.changes.changes] == [ChangeKind.NOT_JUDGED_NOW]
    assert later.changes.notes == ("The scopes differ.",)


def test_other_tenant_has_a_history_of_its_own(keep: Keep) -> None:
    keep(run(found(FAIL)))
    new = run(found(FAIL), days=1)
    for tenant in ("other", None):
        other = keep(replace(new, run=replace(new.run, id=f"of {tenant}", tenant_id=tenant)))
        assert (other.changes, first_seen(other)) == (None, [1])
    again = run(found(FAIL), days=2)
    assert first_seen(keep(replace(again, run=replace(again.run, tenant_id=None)))) == [1]


def test_run_that_audited_nothing_is_kept_and_nothing_is_compared_with_it(
    keep: Keep, database: Database
) -> None:
    old = keep(run(found(FAIL)))
    nothing = replace(run(rules=(), days=1), unaudited="Sign-in failed.", results=())
    assert keep(nothing).changes is None
    later = keep(run(found(PASS), days=2))
    assert later.changes is not None
    assert later.changes.old.id == old.run.id
    assert [row["unaudited"] for row in rows(database, select(runs).order_by(runs.c.started_at))] == [
        None,
        "Sign-in failed.",
        None,
    ]


def test_last_run_is_read_back_as_it_was(keep: Keep, database: Database) -> None:
    kept = keep(run(found(FAIL, related=(SEARCH,)), found(UNKNOWN, resource=STORAGE), gaps=(gap(ACCOUNTS),)))
    with database.reading() as connection:
        series, after = series_of(kept.run), kept.run.started_at + timedelta(days=1)
        assert last_of(connection, series, after) == side_of(kept)
        assert last_of(connection, "another", after) is None
        # A run that began later, and ended first, is not the last one of an earlier run.
        assert last_of(connection, series, kept.run.started_at) is None


def test_views_for_dashboards_show_the_trend_and_what_is_open(keep: Keep, database: Database) -> None:
    keep(run(found(FAIL), found(FAIL, resource=SEARCH)))
    keep(run(found(FAIL), found(PASS, resource=SEARCH), found(FAIL, resource=STORAGE, waived=True), days=2.5))
    keep(run(found(FAIL, resource=STORAGE), options={"rule": ["rule-a"]}, days=3))
    trend = rows(database, text("SELECT score, failed, changes_fixed FROM trend ORDER BY started_at"))
    assert trend[:2] == [
        {"score": 0.0, "failed": 2, "changes_fixed": None},
        {"score": 50.0, "failed": 1, "changes_fixed": 1},
    ]
    columns = "resource, age_days, title, severity"
    opened = rows(database, text(f"SELECT {columns} FROM open_findings ORDER BY seen_at"))
    assert [one["resource"] for one in opened] == [OPENAI, STORAGE]
    assert [one["age_days"] for one in opened] == pytest.approx([2.5, 0.5], abs=1e-4)
    assert {one["title"] for one in opened} == {"Public network access is off"}
    latest = rows(database, text("SELECT id FROM latest_runs ORDER BY started_at"))
    assert len(latest) == 2


def test_run_that_is_deleted_takes_all_its_rows_along(keep: Keep, database: Database) -> None:
    keep(replace(audit(), changes=None))
    with database.writing() as connection:
        connection.execute(runs.delete())
    assert {
        table.name: len(rows(database, select(table))) for table in metadata.sorted_tables
    } == dict.fromkeys(metadata.tables, 0)
