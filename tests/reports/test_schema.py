"""The schema that ships with the package."""

from __future__ import annotations

import copy
import json as stdlib_json
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from typing import Any, get_args

import pytest
from jsonschema import Draft202012Validator, ValidationError

from auditor.model.finding import Confidence, Severity, Verdict
from auditor.model.reasons import Reason
from auditor.model.result import SCHEMA_URL, AuditResult, Marks
from auditor_reports.json import document
from tests.reports.example import audit
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


def _objects(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Document]]:
    if isinstance(value, dict):
        yield at, value
        for key, inner in value.items():
            yield from _objects(inner, (*at, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _objects(inner, (*at, number))


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


_FREE = {("run", "options")}
_OPTIONAL = {"value"}


def test_schema_of_a_report_that_lacks_any_key_refuses_it() -> None:
    whole = document(audit())
    for path, found in _objects(whole):
        if path in _FREE or "members" in path or path[-2:-1] == ("value",) or path[-1:] == ("value",):
            continue
        for key in set(found) - (_OPTIONAL if "evidence" in path else set()):
            broken = copy.deepcopy(whole)
            del _at(broken, path)[key]
            assert not VALIDATOR.is_valid(broken), (path, key)


def test_schema_of_a_report_with_a_key_of_its_own_refuses_it() -> None:
    whole = document(audit())
    for path, _ in _objects(whole):
        if path in _FREE or "members" in path or path[-1:] == ("value",):
            continue
        broken = copy.deepcopy(whole)
        _at(broken, path)["surprise"] = 1
        assert not VALIDATOR.is_valid(broken), path


_NOT_APPLICABLE = next(n for n, found in enumerate(audit().results) if found.status == "not_applicable")


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        (("schema_version",), "1.1"),
        (("$schema",), "https://example.invalid"),
        (("score", "grade"), "E"),
        (("score", "value"), 101),
        (("score", "coverage"), 1.5),
        (("score", "waived"), -1),
        (("run", "started_at"), "2026-03-02T09:30:00+02:00"),
        (("gaps", 0, "reason"), "nobody-knows"),
        (("gaps", 0, "http_status"), "403"),
        (("workloads", 0, "confidence"), "sure"),
        (("rules", 0, "class"), "other"),
        (("results", 0, "status"), "passed"),
        (("results", 0, "severity"), "fatal"),
        (("results", 0, "confidence"), "confirmed"),
        (("results", 0, "reason"), "conditional"),
        (("results", 0, "remediation"), None),
        (("results", 0, "evidence"), []),
        (("results", 0, "fingerprint"), "ABC"),
        (("results", _NOT_APPLICABLE, "reason"), None),
        (("results", _NOT_APPLICABLE, "remediation"), {"summary": "s", "az": None, "url": None}),
        (("unaudited",), False),
        (("fixes",), [{}]),
    ],
)
def test_schema_of_a_report_with_a_wrong_value_refuses_it(path: tuple[Any, ...], wrong: object) -> None:
    broken = document(audit())
    VALIDATOR.validate(broken)
    _at(broken, path[:-1])[path[-1]] = wrong
    with pytest.raises(ValidationError):
        VALIDATOR.validate(broken)


def test_schema_of_a_planned_fix_accepts_the_contract_s_shape() -> None:
    fixed = document(audit())
    fixed["fixes"] = [
        {
            "kind": "approve-private-endpoint",
            "connection": "/subscriptions/s",
            "private_endpoint": "/subscriptions/s",
            "decision": "ours",
            "row": 5,
            "action": "approve",
            "outcome": "approved",
            "before": "Pending",
            "after": "Approved",
            "evidence": [],
            "revert": "az network private-endpoint-connection reject",
        }
    ]
    VALIDATOR.validate(fixed)


def test_schema_enums_are_those_of_the_model() -> None:
    defined = SCHEMA["$defs"]
    result = defined["result"]["properties"]
    assert defined["reason"]["enum"] == [reason.value for reason in Reason]
    assert defined["severity"]["enum"] == [severity.value for severity in Severity]
    assert result["confidence"]["enum"] == [confidence.value for confidence in Confidence]
    statuses = [kind.__dataclass_fields__["status"].default for kind in get_args(Verdict)]
    assert defined["status"]["enum"] == statuses


def test_schema_is_itself_valid_and_named_as_reports_name_it() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$id"] == SCHEMA_URL


def test_schema_describes_every_property_in_a_sentence() -> None:
    for path, found in _objects(SCHEMA):
        if path[-1:] != ("properties",) or {"if", "then", "else"} & set(path):
            continue
        for name, described in found.items():
            assert described.get("description", "").endswith("."), (path, name)
