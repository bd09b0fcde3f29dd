"""The schema that ships with the package."""

from __future__ import annotations

import json as stdlib_json
from dataclasses import replace
from importlib.resources import files
from typing import Any, get_args

import pytest
from jsonschema import Draft202012Validator, ValidationError

from auditor.model.document import document
from auditor.model.finding import Confidence, Severity, Verdict
from auditor.model.fix import Action, FixKind, Outcome
from auditor.model.map import EdgeKind, NodeKind
from auditor.model.reasons import Reason
from auditor.model.result import SCHEMA_URL, AuditResult, Marks
from auditor.relate.requesters import RequesterClass
from tests.reports.broken import WRONG, lacking, objects, surprising, with_wrong
from tests.reports.example import audit, fix_of
from tests.reports.hostile import HOSTILE, hostile_audit

Document = dict[str, Any]
SCHEMA: Document = stdlib_json.loads(
    (files("auditor_reports") / "schemas" / "report-1.0.schema.json").read_text(encoding="utf-8")
)
VALIDATOR = Draft202012Validator(SCHEMA)


def unscored() -> AuditResult:
    plain = audit()
    nothing = Marks(value=None, low=None, high=None, grade="–")
    return replace(plain, score=replace(plain.score, marks=nothing), results=(), unaudited="Sign-in failed.")


@pytest.mark.parametrize(
    "result",
    [audit(), unscored(), *map(hostile_audit, HOSTILE.values())],
    ids=["example", "unscored", *HOSTILE],
)
def test_schema_of_what_the_writer_writes_accepts_it(result: AuditResult) -> None:
    VALIDATOR.validate(document(result))


def test_schema_of_a_report_that_lacks_any_key_refuses_it() -> None:
    for path, broken in lacking():
        assert not VALIDATOR.is_valid(broken), path


def test_schema_of_a_report_with_a_key_of_its_own_refuses_it() -> None:
    for path, broken in surprising():
        assert not VALIDATOR.is_valid(broken), path


@pytest.mark.parametrize(("path", "wrong"), [*WRONG, (("score", "waived"), -1)])
def test_schema_of_a_report_with_a_wrong_value_refuses_it(path: tuple[Any, ...], wrong: object) -> None:
    VALIDATOR.validate(document(audit()))
    with pytest.raises(ValidationError):
        VALIDATOR.validate(with_wrong(path, wrong))


@pytest.mark.parametrize("outcome", Outcome)
def test_schema_of_a_written_fix_accepts_each_outcome(outcome: Outcome) -> None:
    VALIDATOR.validate(document(replace(audit(), fixes=(fix_of(outcome, "said", revert="az …"),))))


def test_schema_enums_are_those_of_the_model() -> None:
    defined = SCHEMA["$defs"]
    result = defined["result"]["properties"]
    assert defined["reason"]["enum"] == [reason.value for reason in Reason]
    assert defined["severity"]["enum"] == [severity.value for severity in Severity]
    assert result["confidence"]["enum"] == [confidence.value for confidence in Confidence]
    statuses = [kind.__dataclass_fields__["status"].default for kind in get_args(Verdict)]
    assert defined["status"]["enum"] == statuses
    fix = defined["fix"]["properties"]
    assert fix["kind"]["enum"] == [kind.value for kind in FixKind]
    assert fix["outcome"]["enum"] == [outcome.value for outcome in Outcome]
    assert fix["action"]["enum"] == list(get_args(Action))
    assert {*fix["decision"]["enum"]} == {*RequesterClass, None}
    assert defined["map_node"]["properties"]["kind"]["enum"] == list(get_args(NodeKind))
    assert defined["map_edge"]["properties"]["kind"]["enum"] == list(get_args(EdgeKind))


def test_schema_is_itself_valid_and_named_as_reports_name_it() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$id"] == SCHEMA_URL


def test_schema_describes_every_property_in_a_sentence() -> None:
    for path, found in objects(SCHEMA):
        if path[-1:] != ("properties",) or {"if", "then", "else"} & set(path):
            continue
        for name, described in found.items():
            assert described.get("description", "").endswith("."), (path, name)
