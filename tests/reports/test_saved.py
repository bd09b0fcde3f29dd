"""A saved report read back: it renders as the run did, or is refused in one line that says where."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import saved
from auditor.errors import UsageError
from auditor.model.document import document
from auditor.model.finding import Evidence, Fail, Gap, Remedy, Severity
from auditor.model.json_value import json_value
from auditor.model.pack import Sheet, Writer
from auditor.model.result import AuditResult, Result, RuleSummary, Run, WorkloadSummary
from auditor_reports import PACK
from auditor_reports.json import render
from tests.reports.broken import WRONG, lacking, surprising, with_wrong
from tests.reports.example import OPENAI, audit, result_of
from tests.reports.specimens import sample, specimens

_SHEETS = (Sheet(), Sheet(width=60, is_terminal=True, min_severity=Severity.HIGH))
_SPECIMENS = specimens()


def read_back(result: AuditResult) -> AuditResult:
    return saved.parse(render(result, Sheet()).encode(), "report.json")


@cache
def both(name: str) -> tuple[AuditResult, AuditResult]:
    """A specimen, and what its saved report reads back as."""
    result = sample() if name == "sample" else _SPECIMENS[name]
    return result, read_back(result)


def refusal(value: Any) -> str:
    with pytest.raises(UsageError) as caught:
        saved.parse(json.dumps(value).encode(), "report.json")
    assert "\n" not in str(caught.value)
    return str(caught.value)


def shown(path: tuple[Any, ...]) -> str:
    """A path as errors write it: `results[0].rule`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")


@pytest.mark.parametrize("writer", PACK.writers, ids=lambda writer: writer.name)
@pytest.mark.parametrize("name", [*_SPECIMENS, "sample"])
def test_saved_report_renders_to_the_bytes_of_the_run_in_every_format(name: str, writer: Writer) -> None:
    result, again = both(name)
    for sheet in _SHEETS:
        assert writer.render(again, sheet) == writer.render(result, sheet)


@pytest.mark.parametrize("name", [*_SPECIMENS, "sample"])
def test_saved_report_reads_back_as_the_same_in_every_field(name: str) -> None:
    result, again = both(name)
    assert document(again) == document(result)
    for field in fields(AuditResult):
        if field.name != "results":
            assert getattr(again, field.name) == getattr(result, field.name), field.name


@pytest.mark.parametrize("kind", [AuditResult, Result, Run, Gap, Remedy, RuleSummary, WorkloadSummary])
def test_every_field_of_the_model_is_filled_in_some_specimen(kind: type[Any]) -> None:
    """A field without an example is one that nobody would miss in a saved report."""
    found = [one for result in _SPECIMENS.values() for one in instances(result, kind)]
    for field in fields(kind):
        empty = (None, "", (), field.default)
        assert any(getattr(one, field.name) not in empty for one in found), f"{kind.__name__}.{field.name}"


def instances(value: object, kind: type[Any]) -> Iterator[Any]:
    """Every instance of the class inside the value."""
    if isinstance(value, kind):
        yield value
    if is_dataclass(value):
        for field in fields(value):
            yield from instances(getattr(value, field.name), kind)
    elif isinstance(value, tuple):
        for one in value:
            yield from instances(one, kind)


# Lone surrogates among them. Two halves of a pair that are not one character: JSON has no word for that.
_TEXT = st.text(st.characters(codec=None, exclude_categories=())).map(
    lambda text: text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=6,
)


@given(value=_JSON, text=_TEXT)
def test_saved_evidence_of_any_value_reads_back_as_the_same(value: object, text: str) -> None:
    plain = json_value(value)
    seen = Evidence(resource=OPENAI, path=text, value=plain)
    verdict = Fail(message=text, evidence=(seen,), notes=(text,))
    found = result_of("r", verdict, Severity.LOW, OPENAI, remedy=Remedy(summary=text, az=text))
    result = AuditResult(**{**_fields(audit()), "results": (found,)})
    again = read_back(result)
    assert document(again) == document(result)
    assert render(again, Sheet()) == render(result, Sheet())


def _fields(result: AuditResult) -> dict[str, Any]:
    return {name: getattr(result, name) for name in result.__dataclass_fields__}


@pytest.mark.parametrize(("path", "wrong"), WRONG)
def test_saved_report_with_a_wrong_value_is_refused(path: tuple[Any, ...], wrong: object) -> None:
    assert refusal(with_wrong(path, wrong)).startswith("report.json: ")


@pytest.mark.parametrize(
    ("path", "wrong", "said"),
    [
        (("results", 2, "severity"), "fatal", 'must be one of critical, high, medium, low, info, is "fatal"'),
        (("results", 0, "evidence", 1, "path"), None, "must be text, is null"),
        (
            ("run", "finished_at"),
            "today",
            'must be a time in UTC such as 2026-01-31T09:30:00.000Z, is "today"',
        ),
        (("gaps", 1, "scope"), "x", "not an ARM id: 'x'"),
        (("score", "low"), "1", 'must be a number from 0 to 100, is "1"'),
        (("results", 0, "resource"), "/other", None),
    ],
)
def test_refusal_names_the_place_and_what_stands_there(
    path: tuple[Any, ...], wrong: object, said: str | None
) -> None:
    message = refusal(with_wrong(path, wrong))
    if said is None:
        # An id that was edited is caught by the fingerprint that it no longer has.
        assert "results[0].fingerprint: is not that of the rule, the resource" in message
    else:
        assert message.startswith(f"report.json: {shown(path)}: {said}")


def test_saved_report_that_lacks_any_key_is_refused_by_its_name() -> None:
    for path, broken in lacking():
        assert f"{shown(path)}: is missing" in refusal(broken)


def test_saved_report_with_a_key_that_would_be_lost_is_refused_by_its_name() -> None:
    for path, broken in surprising():
        assert f"{shown(path)}: is not known to this version" in refusal(broken)


def test_saved_report_of_another_schema_version_is_refused_as_that() -> None:
    message = refusal({**document(audit()), "schema_version": "2.0"})
    assert message.startswith("report.json: a report of schema 2.0; this auditor reads 1.0.")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not JSON: Expecting value at line 1, column 1"),
        (b'{"a": 1,\n oops}', "line 2, column 2"),
        (b'{"a": NaN}', "NaN is no number of JSON"),
        (b'{"a": -Infinity}', "-Infinity is no number of JSON"),
        (b"\xff\x00\xff", "not JSON"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"a": ' + b"9" * 5000 + b"}", "not JSON"),
        (b"[]", "must be an object, is a list"),
        (b"{}", "schema_version: is missing"),
    ],
)
def test_file_that_is_no_report_is_refused_in_one_line(content: bytes, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        saved.parse(content, "report.json")
    assert str(caught.value).startswith("report.json: ")
    assert said in str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_saved_report_in_the_encoding_of_another_shell_reads_as_the_same(encoding: str) -> None:
    content = render(audit(), Sheet()).encode(encoding)
    assert document(saved.parse(content, "report.json")) == document(audit())
