"""The alert rules: right for promtool, and firing on the metrics that a report is written as."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from auditor.model.fix import Outcome
from auditor.model.pack import Sheet
from auditor.model.result import AuditResult, Marks
from auditor_reports.openmetrics import render
from tests.reports.example import audit, fix_of
from tests.reports.specimens import unaudited
from tests.tools import require

FILE = Path(__file__).parents[2] / "docs" / "dashboards" / "prometheus" / "auditor.rules.yml"
RULES: list[dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))["groups"][0]["rules"]
ALERTS = [rule["alert"] for rule in RULES]
_AGE = "auditor_run_end_timestamp_seconds"


def promtool(*arguments: str) -> str:
    done = subprocess.run(
        [require("promtool"), *arguments], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def calm() -> AuditResult:
    """All is well: nothing fails, nothing is unknown, nothing changed."""
    plain = audit()
    assert plain.changes is not None
    passed = tuple(one for one in plain.results if one.status == "pass")
    marks = Marks(value=100.0, low=100.0, high=100.0, grade="A")
    return replace(
        plain,
        results=passed,
        gaps=(),
        waivers=(),
        changes=replace(plain.changes, changes=()),
        score=replace(plain.score, marks=marks),
    )


def series(result: AuditResult, *, finished_at_s: int) -> list[dict[str, str]]:
    """What a scrape of the report gives, standing for ten days; Prometheus's clock begins at 0."""
    found = []
    for line in render(result, Sheet()).splitlines():
        sample = re.fullmatch(r"(\w+)(?:\{(.*)\})? (\S+)", line)
        if sample is None:
            assert line.startswith("#")
            continue
        name, labels, value = sample.groups()
        labelled = f'{name}{{{labels + "," if labels else ""}job="auditor"}}'
        if name == _AGE:
            value = str(finished_at_s)
        found.append({"series": labelled, "values": f"{value}x240"})
    assert any(one["series"].startswith(_AGE) for one in found)
    return found


def firing(given: list[dict[str, str]], at: str, expected: set[str], folder: Path) -> None:
    """Has promtool evaluate every alert on the series: exactly the expected ones fire, each once."""
    tests = [
        {
            "interval": "1h",
            "input_series": given,
            "promql_expr_test": [
                {
                    "expr": f'count(ALERTS{{alertname="{alert}", alertstate="firing"}}) or vector(0)',
                    "eval_time": at,
                    "exp_samples": [{"labels": "{}", "value": int(alert in expected)}],
                }
                for alert in ALERTS
            ],
        }
    ]
    file = folder / "test.yml"
    # JSON is YAML.
    content = {"rule_files": [str(FILE)], "evaluation_interval": "1h", "tests": tests}
    file.write_text(json.dumps(content), encoding="utf-8")
    promtool("test", "rules", str(file))


def test_rules_are_right_for_promtool() -> None:
    assert f"{len(RULES)} rules found" in promtool("check", "rules", "--lint=all", "--lint-fatal", str(FILE))


_OPEN = {"AuditorCriticalFinding", "AuditorHighFinding", "AuditorWorse", "AuditorUnknownNow"}


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (calm(), set()),
        (audit(), {*_OPEN, "AuditorUnread", "AuditorWaiverDoesNotHold"}),
        (replace(calm(), fixes=(fix_of(Outcome.UNVERIFIED, "?"),)), {"AuditorFixFailed"}),
        (replace(calm(), fixes=(fix_of(Outcome.APPROVED, "!"),)), set()),
        (replace(unaudited(), waivers=()), {"AuditorNothingAudited"}),
    ],
    ids=["calm", "example", "fix-unverified", "fix-approved", "unaudited"],
)
def test_alerts_on_a_report_are_those_that_it_calls_for(
    result: AuditResult, expected: set[str], tmp_path: Path
) -> None:
    firing(series(result, finished_at_s=24 * 3600), "25h", expected, tmp_path)


def test_audit_that_stopped_is_told_of(tmp_path: Path) -> None:
    firing(series(calm(), finished_at_s=0), "26h", set(), tmp_path)
    firing(series(calm(), finished_at_s=0), "27h", {"AuditorStale"}, tmp_path)


def test_metrics_that_are_missing_are_told_of(tmp_path: Path) -> None:
    firing([], "30m", set(), tmp_path)
    firing([], "2h", {"AuditorMissing"}, tmp_path)


def test_score_that_fell_within_a_week_is_told_of(tmp_path: Path) -> None:
    def falling(by: float) -> list[dict[str, str]]:
        calmly = series(calm(), finished_at_s=200 * 3600)
        steady = [one for one in calmly if "score_ratio" not in one["series"]]
        values = f"0.9x168 {0.9 - by}x24"
        return [*steady, {"series": 'auditor_score_ratio{job="auditor"}', "values": values}]

    firing(falling(0.04), "190h", set(), tmp_path)
    firing(falling(0.06), "190h", {"AuditorScoreFell"}, tmp_path)


def test_every_alert_is_documented_and_fires_in_one_of_these_tests() -> None:
    page = FILE.with_name("README.md").read_text(encoding="utf-8")
    assert [alert for alert in ALERTS if f"`{alert}`" not in page] == []
    here = Path(__file__).read_text(encoding="utf-8")
    assert [alert for alert in ALERTS if f'"{alert}"' not in here] == []
