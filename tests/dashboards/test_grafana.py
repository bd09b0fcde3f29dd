"""The Grafana dashboard: of Grafana's schema, and each query answered by a real PostgreSQL server."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard

from auditor.history.address import read
from auditor.history.kept import Kept
from auditor.history.series import series_of
from auditor.model.fix import Outcome
from auditor.model.result import AuditResult
from tests.history.server import postgresql
from tests.reports.example import STARTED, audit, fix_of

FILE = Path(__file__).parents[2] / "docs" / "dashboards" / "grafana" / "auditor-history.json"
DASHBOARD: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
PANELS: dict[str, dict[str, Any]] = {panel["title"]: panel for panel in DASHBOARD["panels"]}
VARIABLES = {variable["name"]: variable for variable in DASHBOARD["templating"]["list"]}


def runs() -> tuple[AuditResult, AuditResult]:
    """A week ago half of what fails passed, and what passes failed; a change was made in each run."""
    now = replace(audit(), changes=None, fixes=(fix_of(Outcome.APPROVED, "It is ours.", revert="az undo"),))
    results = list(now.results)
    kept = [one for one in results if one.rule not in {"openai-public-network-access"}]
    before = replace(now.run, id="before", started_at=STARTED - timedelta(days=7))
    return replace(now, run=before, results=tuple(kept)), now


@pytest.fixture(scope="module")
def connection() -> Iterator[psycopg.Connection[Any]]:
    with postgresql() as folder:
        for result in runs():
            history = Kept(read(f"postgresql://auditor@/postgres?host={folder}"))
            assert history.keep(history.compared(result)) == ""
        with psycopg.connect(host=str(folder), user="auditor", dbname="postgres", autocommit=True) as opened:
            yield opened


def interpolated(sql: str) -> str:
    """The query as Grafana sends it: https://grafana.com/docs/grafana/latest/datasources/postgres/"""
    start, end = STARTED - timedelta(days=30), STARTED + timedelta(days=1)
    between = rf"\1 BETWEEN '{start.isoformat()}' AND '{end.isoformat()}'"
    filled = re.sub(r"\$__timeFilter\(([\w.]+)\)", between, sql)
    filled = filled.replace("${series:sqlstring}", f"'{series_of(audit().run)}'")
    assert "$" not in filled
    return filled


def answered(connection: psycopg.Connection[Any], sql: str) -> list[dict[str, Any]]:
    # The query is one of our own file.
    cursor = connection.execute(interpolated(sql).encode())
    names = [column.name for column in cursor.description or ()]
    assert len(names) == len(set(names))
    return [dict(zip(names, row, strict=True)) for row in cursor]


def lost(given: Any, kept: Any, at: str = "") -> Iterator[str]:
    """What Grafana's schema did not take over as it was given: unknown keys, other values."""
    if isinstance(given, dict) and isinstance(kept, dict):
        for key, value in given.items():
            yield from lost(value, kept[key], f"{at}.{key}") if key in kept else [f"{at}.{key}"]
    elif isinstance(given, list) and isinstance(kept, list) and len(given) == len(kept):
        for number, (one, other) in enumerate(zip(given, kept, strict=True)):
            yield from lost(one, other, f"{at}[{number}]")
    elif given != kept:
        yield at


def schema_s(dashboard: dict[str, Any]) -> Any:
    register_default_plugins()
    return json.loads(JSONEncoder().encode(Dashboard.from_json(dashboard)))


def test_dashboard_is_of_grafana_s_schema_to_the_last_key() -> None:
    assert list(lost(DASHBOARD, schema_s(DASHBOARD))) == []


@pytest.mark.parametrize(
    ("panel", "key"), [("Grade", "tittle"), ("Score", "gridpos"), ("Open findings", "fieldconfig")]
)
def test_schema_check_sees_a_key_that_grafana_does_not_know(panel: str, key: str) -> None:
    panels = [{**one, key: {}} if one["title"] == panel else one for one in DASHBOARD["panels"]]
    wrong = {**DASHBOARD, "panels": panels}
    assert [place.rpartition(".")[2] for place in lost(wrong, schema_s(wrong))] == [key]


@pytest.mark.parametrize("title", PANELS)
def test_query_of_each_panel_has_an_answer_without_an_empty_column(
    title: str, connection: psycopg.Connection[Any]
) -> None:
    panel = PANELS[title]
    (target,) = panel["targets"]
    rows = answered(connection, target["rawSql"])
    assert rows
    empty = [name for name in rows[0] if all(row[name] in (None, "") for row in rows)]
    # No change of the sample is qualified, and that alone may be empty.
    assert [name for name in empty if name != "why"] == []
    named = {one["matcher"]["options"] for one in panel["fieldConfig"]["overrides"]}
    assert named <= set(rows[0])
    if target["format"] == "time_series":
        assert next(iter(rows[0])) == "time"
        assert [row["time"] for row in rows] == sorted(row["time"] for row in rows)


def test_queries_say_what_the_report_says(connection: psycopg.Connection[Any]) -> None:
    def first(title: str) -> dict[str, Any]:
        return answered(connection, PANELS[title]["targets"][0]["rawSql"])[0]

    assert first("Grade") == {"grade": "F"}
    assert first("Score") == {"score": 22.2, "if unknown failed": 14.3, "if unknown passed": 50.0}
    assert first("Open, critical and high") == {"critical": 1, "high": 1}
    opened = answered(connection, PANELS["Open findings"]["targets"][0]["rawSql"])
    assert len(opened) == audit().score.by_status["fail"]
    assert (opened[0]["rule"], opened[0]["age"]) == ("openai-public-network-access", 0.0)
    assert opened[1]["age"] == pytest.approx(7)
    changed = answered(connection, PANELS["What changed in the last run"]["targets"][0]["rawSql"])
    assert [(one["kind"], one["rule"]) for one in changed] == [("new", "openai-public-network-access")]


def test_variable_of_the_audits_has_one_value_for_each_series(connection: psycopg.Connection[Any]) -> None:
    (row,) = answered(connection, VARIABLES["series"]["query"])
    assert row["__value"] == series_of(audit().run)
    assert row["__text"].startswith("all, 72f988bf")


def test_panels_lie_beside_each_other_and_use_the_chosen_database() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert not cells & taken
        taken |= cells
        assert panel["description"].endswith(".")
        assert panel["datasource"] == panel["targets"][0]["datasource"] == VARIABLES["series"]["datasource"]
    assert VARIABLES["datasource"]["query"] == VARIABLES["series"]["datasource"]["type"]
