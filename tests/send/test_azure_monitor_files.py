"""The files of docs/dashboards/azure-monitor agree with what is sent, and their queries are right."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from auditor.destinations import LogTables
from tests.bicep import problems
from tests.tools import run_node

FOLDER = Path(__file__).parents[2] / "docs" / "dashboards" / "azure-monitor"
TABLES: dict[str, list[dict[str, str]]] = json.loads((FOLDER / "tables.json").read_text(encoding="utf-8"))
WORKBOOK: dict[str, Any] = json.loads((FOLDER / "workbook.json").read_text(encoding="utf-8"))
BICEP = (FOLDER / "main.bicep").read_text(encoding="utf-8")
QUERIES = {one["name"]: one["content"] for one in WORKBOOK["items"] if one["type"] == 3}


def wrong_with(*queries: str) -> list[list[str]]:
    """What Kusto's language service says of each query, over the two tables and nothing else."""
    # As a workbook fills in a parameter of several values.
    filled = [query.replace("{Severity}", "'critical','high'") for query in queries]
    found: list[list[str]] = json.loads(
        run_node("kusto.cjs", json.dumps({"tables": TABLES, "queries": filled}))
    )
    return found


def test_every_query_of_the_workbook_is_right_for_the_tables() -> None:
    found = wrong_with(*(one["query"] for one in QUERIES.values()))
    assert dict(zip(QUERIES, found, strict=True)) == {name: [] for name in QUERIES}


def test_check_of_queries_sees_what_is_wrong() -> None:
    unknown_column, unknown_table, syntax, types = wrong_with(
        "AuditorRuns_CL | project Nothing", "Auditor_CL", "AuditorRuns_CL | where", "print Score = 'a' * 2"
    )
    assert "'Nothing' does not refer to any known column" in unknown_column[0]
    assert "'Auditor_CL' does not refer to any known column, table" in unknown_table[0]
    assert syntax
    assert types


def test_queries_use_no_parameter_that_the_workbook_lacks() -> None:
    (parameters,) = (one["content"]["parameters"] for one in WORKBOOK["items"] if one["type"] == 9)
    declared = {one["name"] for one in parameters}
    for content in QUERIES.values():
        assert set(re.findall(r"\{(\w+)\}", content["query"])) <= declared
        assert content["timeContextFromParameter"] in declared
        assert content["crossComponentResources"] == ["{Workspace}"]
    assert len({one["name"] for one in WORKBOOK["items"]}) == len(WORKBOOK["items"])


def test_bicep_parses_and_names_the_tables_and_streams_that_are_sent_to() -> None:
    assert problems(BICEP) == []
    tables = LogTables(endpoint="https://h", rule_id="dcr-")
    declared = set(re.findall(r"'(Custom-\w+)': \{", BICEP))
    assert declared == {tables.runs, tables.results}
    assert set(re.findall(r"streams: \['(\S+)'\]", BICEP)) == declared
    assert {f"Custom-{name}" for name in TABLES} == declared
    assert set(re.findall(r"tables\.(\w+_CL)", BICEP)) == set(TABLES)
    assert set(re.findall(r"name: '(Auditor\w+)'", BICEP)) == set(TABLES)
    loaded = re.findall(r"load\w+Content\('([^']+)'\)", BICEP)
    assert sorted(loaded) == ["tables.json", "workbook.json"]
    assert all((FOLDER / name).is_file() for name in loaded)


@pytest.mark.parametrize(
    "text", ["param x string =", "resource x 'a@b' = {", "var x = [1, 2", "output x string = 'a' 'b'"]
)
def test_check_of_bicep_sees_what_is_wrong(text: str) -> None:
    assert problems(text)
