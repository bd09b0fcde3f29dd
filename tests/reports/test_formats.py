"""Every format, read by somebody else's program: right for every report, and no text of a tenant obeyed."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import junitparser
import pytest

from auditor.model.finding import Severity, Unknown
from auditor.model.fix import Outcome
from auditor.model.pack import Sheet, Writer
from auditor.model.reasons import Reason
from auditor_reports import PACK
from auditor_reports.csv import BYTE_ORDER_MARK
from auditor_reports.visible import visible
from tests.reports.example import audit, fix_of
from tests.reports.formats import FORMATS
from tests.reports.hostile import HOSTILE, hostile_audit, is_safe
from tests.reports.specimens import sample, specimens
from tests.tools import require

_SPECIMENS = specimens()
_WRITERS = pytest.mark.parametrize("writer", PACK.writers, ids=lambda writer: writer.name)
# Writers for people: they honour the severity asked for. The others carry everything.
_FOR_PEOPLE = {"terminal", "markdown", "html"}


def named(name: str) -> Writer:
    return next(writer for writer in PACK.writers if writer.name == name)


def rendered(name: str) -> list[str]:
    """The format of every specimen and of the sample tenant."""
    return [named(name).render(result, Sheet()) for result in (*_SPECIMENS.values(), sample())]


@_WRITERS
@pytest.mark.parametrize("specimen", [*(name for name in _SPECIMENS if "hostile" not in name), "sample"])
def test_report_is_one_that_another_program_reads(writer: Writer, specimen: str) -> None:
    result = sample() if specimen == "sample" else _SPECIMENS[specimen]
    assert FORMATS[writer.name].read(writer.render(result, Sheet()))


def squeezed(text: str) -> str:
    """Without what a writer may add for its readers: line breaks, and the apostrophe before a formula."""
    return re.sub(r"[\s']", "", text)


@_WRITERS
@pytest.mark.parametrize("name", HOSTILE)
def test_report_of_a_hostile_tenant_is_inert_and_legible(writer: Writer, name: str) -> None:
    report = writer.render(hostile_audit(HOSTILE[name]), Sheet())
    assert is_safe(report.removeprefix(BYTE_ORDER_MARK).replace("\r\n", "\n"))
    assert report.encode()
    shown = squeezed("".join(visible(text) for text in FORMATS[writer.name].read(report)))
    assert squeezed(visible(HOSTILE[name][:120])) in shown


@_WRITERS
def test_report_names_every_failure_unknown_waiver_and_missing_permission(writer: Writer) -> None:
    report = writer.render(audit(), Sheet())
    for found in audit().results:
        if found.status in {"fail", "unknown"}:
            assert found.rule in report
    if writer.name != "openmetrics":
        assert "Microsoft.Search/searchServices/read" in report
        assert "team-chat" in report


@_WRITERS
def test_report_of_nothing_audited_is_not_taken_for_a_clean_one(writer: Writer) -> None:
    unaudited = _SPECIMENS["unaudited"]
    report = writer.render(unaudited, Sheet())
    if writer.name == "openmetrics":
        assert re.search(r"^auditor_run_audited\{[^}]*\} 0$", report, re.MULTILINE)
        assert not re.search(r"^auditor_(score|coverage|results|rule_results|unknown)", report, re.MULTILINE)
    else:
        assert "the token has expired" in report


@_WRITERS
def test_report_for_a_severity_leaves_milder_failures_out_for_people_only(writer: Writer) -> None:
    strict = writer.render(audit(), Sheet(min_severity=Severity.CRITICAL))
    if writer.name in _FOR_PEOPLE:
        assert "The account accepts its keys." not in strict
        assert len(strict) < len(writer.render(audit(), Sheet()))
    else:
        assert strict == writer.render(audit(), Sheet())


def test_openmetrics_is_what_promtool_accepts() -> None:
    command = [require("promtool"), "check", "metrics"]
    for report in rendered("openmetrics"):
        checked = subprocess.run(command, input=report.encode(), capture_output=True, check=False)
        assert (checked.returncode, checked.stdout, checked.stderr) == (0, b"", b"")


def test_sarif_is_what_the_sarif_multitool_accepts_for_github(tmp_path: Path) -> None:
    """Microsoft's own validator, with the rules by which GitHub takes a file in."""
    command = [require("sarif-multitool-linux"), "validate", "--level", "Error"]
    # Its launcher hands the arguments to a shell as they are.
    command += ["--rule-kind", "'Sarif;Ghas'"]
    reports = {name: _SPECIMENS[name] for name in ("unaudited", "hostile-link")}
    for name, result in {**reports, "sample": sample()}.items():
        (tmp_path / f"{name}.sarif").write_text(named("sarif").render(result, Sheet()), encoding="utf-8")
    logs = sorted(file.name for file in tmp_path.iterdir())
    checked = subprocess.run([*command, *logs], cwd=tmp_path, capture_output=True, text=True, check=False)
    said = checked.stdout + checked.stderr
    assert "error" not in said, said
    assert f"{len(logs)} files scanned" in said
    assert checked.returncode == 0, said


def test_markdown_of_very_many_failures_stays_under_the_limit_and_counts_the_rest() -> None:
    plain = audit()
    assert plain.changes is not None
    failures = [found for found in plain.results if found.status == "fail"]
    many = [replace(found, resource=f"{found.resource}-{n}") for n in range(2000) for found in failures]
    unknown = [
        replace(one, rule=f"{one.rule}-{n}", verdict=Unknown(message=f"{n}" * 100, reason=Reason.CONDITIONAL))
        for n in range(2000)
        for one in plain.results
        if one.status == "unknown"
    ]
    full = replace(
        plain,
        results=(*many, *unknown),
        gaps=tuple(replace(gap, what=f"{gap.what}{n}") for n in range(2000) for gap in plain.gaps),
        fixes=tuple(fix_of(Outcome.FAILED, f"{n}") for n in range(2000)),
        notices=tuple(f"{n}" * 50 for n in range(2000)),
        changes=replace(plain.changes, changes=plain.changes.changes * 2000),
    )
    report = named("markdown").render(full, Sheet())
    FORMATS["markdown"].read(report)
    open_failures = sum(not found.waiver for found in many)
    shown = report.count("\n- To do: ")
    assert 100 < shown < open_failures
    assert f"And {open_failures - shown} more, in the JSON report." in report
    assert report.count(" more, in the JSON report.") == 7


def test_openmetrics_of_more_resources_has_no_more_series() -> None:
    plain = audit()
    more = tuple(
        replace(found, resource=f"{found.resource}-{n}") for n in range(50) for found in plain.results
    )
    few, many = (
        named("openmetrics").render(replace(plain, results=results), Sheet()).count("\n")
        for results in (plain.results, more)
    )
    assert few == many


def test_openmetrics_of_two_tenants_has_no_series_twice() -> None:
    """The textfile collector reads all files of a folder as one."""
    plain = audit()
    other = replace(plain, run=replace(plain.run, tenant_id="another"))
    series = [
        line.rpartition(" ")[0]
        for result in (plain, other)
        for line in named("openmetrics").render(result, Sheet()).splitlines()
        if not line.startswith("#")
    ]
    assert len(series) == len(set(series))


@pytest.mark.parametrize(
    ("rule", "failure", "written"),
    [
        (Severity.LOW, Severity.LOW, "2.0"),
        (Severity.LOW, Severity.CRITICAL, "9.5"),
        (Severity.HIGH, Severity.INFO, "8.0"),
    ],
)
def test_sarif_gives_a_rule_its_own_severity_or_that_of_its_worst_failure(
    rule: Severity, failure: Severity, written: str
) -> None:
    plain = audit()
    found = next(one for one in plain.results if one.rule == plain.rules[0].id and one.status == "fail")
    made = replace(
        plain, rules=(replace(plain.rules[0], severity=rule),), results=(replace(found, severity=failure),)
    )
    assert f'"security-severity": "{written}"' in named("sarif").render(made, Sheet())


def test_sarif_has_no_result_for_what_passes_or_does_not_apply() -> None:
    """Code scanning would open an alert for each."""
    run = json.loads(named("sarif").render(audit(), Sheet()))["runs"][0]
    told = sorted((one["ruleId"], one["kind"], len(one["suppressions"])) for one in run["results"])
    wanted = sorted(
        (found.rule, "fail" if found.status == "fail" else "review", int(found.waiver is not None))
        for found in audit().results
        if found.status in {"fail", "unknown"}
    )
    assert told == wanted
    assert run["properties"]["score"]["by_status"] == dict(audit().score.by_status)


def test_junit_shows_only_a_pass_as_green() -> None:
    read = junitparser.JUnitXml.fromstring(named("junit").render(audit(), Sheet()).encode())
    green = [case.name for suite in read for case in suite if not case.result]
    passed = [found.resource for found in audit().results if found.status == "pass"]
    assert green == ["the audit", *passed]
    assert (read.failures, read.errors, read.skipped) == (6, 3, 2)
