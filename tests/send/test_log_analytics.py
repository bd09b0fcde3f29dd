"""What is uploaded to Azure Monitor: whole runs, within its limits, for its audience, and what it refuses."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from auditor.collect.session import Way
from auditor.destinations import LogTables, log_tables
from auditor.errors import UsageError
from auditor.model.clouds import CLOUDS
from auditor.model.result import AuditResult
from auditor.sandbox.tenant import Tenant
from auditor.send.log_analytics import AUDIENCES, LARGEST_CALL_BYTES, NotSent, upload
from auditor.send.log_records import RESULTS, RUNS, result_records, run_record
from tests.cli.conftest import Auditor, Outcome, credentials
from tests.reports.example import audit
from tests.reports.hostile import HOSTILE, hostile_audit, is_safe
from tests.send.listener import AUDIENCE, RULE_ID, AzureMonitor, listening

SENT = ("Custom-AuditorResults_CL", "Custom-AuditorRuns_CL")
ENDPOINT = "my-dce-a1b2.westeurope-1.ingest.monitor.azure.com"
ADDRESS = f"log-analytics://{ENDPOINT}/{RULE_ID}"

Scan = Callable[..., Outcome]


@pytest.fixture
def monitor() -> AzureMonitor:
    return AzureMonitor()


@pytest.fixture
def scan(
    monitor: AzureMonitor, auditor: Auditor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Scan]:
    """`auditor scan --send` of the sample tenant, which the same server holds."""
    for name, value in credentials(Tenant.sample()).items():
        monkeypatch.setenv(name, value)
    with listening(monitor, tmp_path) as server:

        def run(*arguments: str, to: str = "", audience: str = AUDIENCE) -> Outcome:
            host = server.url.removeprefix("https://")
            address = to or f"log-analytics://{host}/{RULE_ID}?audience={audience}"
            way = ("--arm-endpoint", server.url, "--auth", "environment", "--ca-bundle", str(server.ca_file))
            return auditor("scan", "-q", *way, "--send", address, *arguments)

        yield run


@contextmanager
def served(monitor: AzureMonitor, directory: Path) -> Iterator[tuple[LogTables, Way]]:
    """The way to upload without a scan before it."""
    with listening(monitor, directory) as server:
        tables = LogTables(endpoint=server.url, rule_id=RULE_ID, audience=AUDIENCE)
        yield tables, Way(arm_endpoint=server.url, auth="environment", ca_bundle=str(server.ca_file))


@pytest.fixture
def _signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in credentials(Tenant.sample()).items():
        monkeypatch.setenv(name, value)


def test_scan_sends_each_result_and_then_the_run(scan: Scan, monitor: AzureMonitor) -> None:
    done = scan("--format", "json")
    assert (done.code, done.err, monitor.problems) == (1, "", [])
    assert [stream for stream, status, _ in monitor.calls][-1] == SENT[1]
    results, (run,) = (monitor.tables[stream] for stream in SENT)
    report = done.report
    assert [row["Fingerprint"] for row in results] == [one["fingerprint"] for one in report["results"]]
    assert [row["Status"] for row in results] == [one["status"] for one in report["results"]]
    assert {row["RunId"] for row in results} == {run["RunId"]} == {report["run"]["id"]}
    assert (run["Grade"], run["Score"]) == (report["score"]["grade"], report["score"]["value"])
    assert run["Failed"] == report["score"]["by_status"]["fail"]
    assert {row["MissingPermission"] for row in results} - {None}
    assert RULE_ID not in done.out


def test_every_value_is_of_its_column_s_type() -> None:
    expected: dict[str, tuple[type, ...]] = {
        **{"string": (str,), "int": (int,), "real": (int, float), "datetime": (str,), "dynamic": (list,)}
    }
    rows: list[tuple[Any, Any]] = [(RUNS, run_record(audit()))]
    rows += [(RESULTS, row) for row in result_records(audit())]
    seen: set[str] = set()
    for columns, row in rows:
        assert list(row) == [column.name for column in columns]
        for column in columns:
            value = row[column.name]
            if value is None:
                continue
            seen.add(column.name)
            assert isinstance(value, expected[column.type]), column.name
            if column.type == "datetime":
                assert datetime.fromisoformat(str(value)).tzinfo is not None
    declared = {column.name for column in RUNS} | {column.name for column in RESULTS}
    assert declared - seen == {"Unaudited"}


@pytest.mark.parametrize("columns", [RUNS, RESULTS], ids=["runs", "results"])
def test_column_names_are_such_as_the_service_takes(columns: Any) -> None:
    # https://learn.microsoft.com/azure/azure-monitor/logs/create-custom-table
    reserved = {"id", "billedsize", "isbillable", "invalidtimegenerated", "tenantid", "title", "type"}
    names = [column.name for column in columns]
    assert len({name.lower() for name in names}) == len(names)
    assert all(name.isalnum() and name[0].isalpha() and len(name) <= 45 for name in names)
    assert not {name.lower() for name in names} & (reserved | {"uniqueid"})
    assert names[0] == "TimeGenerated"
    assert all(column.description for column in columns)


@pytest.mark.usefixtures("_signed_in")
def test_run_that_audited_nothing_is_sent_too(monitor: AzureMonitor, tmp_path: Path) -> None:
    nothing = replace(audit(), results=(), unaudited="no resource of interest in scope")
    with served(monitor, tmp_path) as (tables, way):
        asyncio.run(upload(nothing, tables, way))
    assert not monitor.tables[SENT[0]]
    assert monitor.tables[SENT[1]][0]["Unaudited"] == "no resource of interest in scope"


def many(count: int) -> AuditResult:
    plain = audit()
    return replace(plain, results=plain.results * count)


@pytest.mark.usefixtures("_signed_in")
def test_upload_of_many_results_is_split_into_calls_under_the_limit(
    monitor: AzureMonitor, tmp_path: Path
) -> None:
    large = many(400)
    with served(monitor, tmp_path) as (tables, way):
        asyncio.run(upload(large, tables, way))
    assert not monitor.problems
    assert len(monitor.tables[SENT[0]]) == len(large.results)
    sizes = [size for stream, _, size in monitor.calls if stream == SENT[0]]
    assert len(sizes) > 3
    assert max(sizes) <= LARGEST_CALL_BYTES + 2
    assert min(sizes[:-1]) > LARGEST_CALL_BYTES * 0.9, "more calls than are needed"


@pytest.mark.usefixtures("_signed_in")
def test_upload_that_the_service_finds_too_large_goes_in_halves(
    monitor: AzureMonitor, tmp_path: Path
) -> None:
    monitor.largest_bytes = 100_000
    large = many(40)
    with served(monitor, tmp_path) as (tables, way):
        asyncio.run(upload(large, tables, way))
    sent = [row["Fingerprint"] for row in monitor.tables[SENT[0]]]
    assert sent == [one.fingerprint for one in large.results]
    assert 413 in {status for _, status, _ in monitor.calls}


@pytest.mark.usefixtures("_signed_in")
@pytest.mark.parametrize("status", [429, 503])
def test_upload_that_is_put_off_is_tried_again_when_it_may(
    status: int, monitor: AzureMonitor, tmp_path: Path
) -> None:
    monitor.answers = [(status, {"Retry-After": "0"}), (status, {"retry-after-ms": "1"})]
    with served(monitor, tmp_path) as (tables, way):
        asyncio.run(upload(audit(), tables, way))
    assert [answered for _, answered, _ in monitor.calls] == [status, status, 204, 204]
    assert len(monitor.tables[SENT[0]]) == len(audit().results)


@pytest.mark.usefixtures("_signed_in")
def test_upload_that_breaks_off_leaves_no_run_in_the_table(monitor: AzureMonitor, tmp_path: Path) -> None:
    monitor.answers = [(204, {}), (403, {})]
    with served(monitor, tmp_path) as (tables, way), pytest.raises(NotSent, match="1 of 7 parts arrived"):
        asyncio.run(upload(many(400), tables, way))
    assert not monitor.tables[SENT[1]]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (403, "HTTP 403: the identity needs Monitoring Metrics Publisher"),
        (404, "HTTP 404: no such data collection rule"),
        (413, "HTTP 413"),
        (400, "HTTP 400"),
        (302, "HTTP 302"),
    ],
)
def test_refused_upload_is_one_line_and_changes_neither_verdict_nor_report(
    answer: int, said: str, scan: Scan, monitor: AzureMonitor, tmp_path: Path
) -> None:
    monitor.answers = [(answer, {"Location": "https://elsewhere.example/"})] * 100_000
    done = scan("--rule", "openai-public-network-access", "--format", "json=report.json")
    assert done.code == 1
    assert done.err.startswith("auditor: log-analytics://localhost:")
    assert said in done.err
    assert done.err.count("\n") == 1
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["results"]


def test_token_for_another_audience_is_refused(scan: Scan, monitor: AzureMonitor) -> None:
    done = scan("--rule", "openai-local-auth", audience="https://monitor.azure.us")
    assert done.code == 4
    assert {status for _, status, _ in monitor.calls} == {401}
    assert "HTTP 401" in done.err


def test_unknown_cloud_without_an_audience_says_what_to_add(scan: Scan, monitor: AzureMonitor) -> None:
    done = scan("--rule", "openai-local-auth", to=f"log-analytics://localhost:1/{RULE_ID}")
    assert "the cloud Sandbox is not known: add ?audience=https://" in done.err
    assert not monitor.calls


def test_endpoint_that_does_not_answer_is_one_line(scan: Scan) -> None:
    done = scan(
        "--rule", "openai-local-auth", to=f"log-analytics://localhost:1/{RULE_ID}?audience={AUDIENCE}"
    )
    assert done.code == 4
    assert done.err.startswith(f"auditor: log-analytics://localhost:1/{RULE_ID}: 0 of 2 parts arrived: ")
    assert done.err.count("\n") == 1


def test_every_cloud_of_the_table_has_its_audience() -> None:
    assert set(AUDIENCES) == set(CLOUDS)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
def test_hostile_text_is_one_safe_line_in_a_bounded_field(text: str) -> None:
    rows = [run_record(hostile_audit(text)), *result_records(hostile_audit(text))]
    for row in rows:
        for value in row.values():
            for said in value if isinstance(value, list) else [value]:
                assert is_safe(str(said))
                assert "\n" not in str(said)
                assert len(str(said)) <= 8_000
        assert len(json.dumps(row)) < LARGEST_CALL_BYTES


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            ADDRESS,
            LogTables(endpoint=f"https://{ENDPOINT}", rule_id=RULE_ID),
        ),
        (
            f"log-analytics://h:8443/{RULE_ID}/?results=Custom-R&runs=Custom-U&audience=https://m.azure.us",
            LogTables(
                endpoint="https://h:8443",
                rule_id=RULE_ID,
                runs="Custom-U",
                results="Custom-R",
                audience="https://m.azure.us",
            ),
        ),
    ],
)
def test_address_of_log_tables_is_read(text: str, expected: LogTables) -> None:
    assert log_tables(text, "--send") == expected


@pytest.mark.parametrize(
    "text",
    [
        "log-analytics://host",
        f"https://host/{RULE_ID}",
        f"log-analytics:///{RULE_ID}",
        f"log-analytics://user:secret@host/{RULE_ID}",
        "log-analytics://host/dcr-secret",
        f"{ADDRESS}?token=secret",
        f"{ADDRESS}?runs=secret",
        f"{ADDRESS}?audience=http://secret",
        f"{ADDRESS}#secret",
        f"log-analytics://[secret/{RULE_ID}",
    ],
)
def test_address_that_is_none_is_refused_without_repeating_it(text: str, auditor: Auditor) -> None:
    with pytest.raises(UsageError):
        log_tables(text, "--send")
    done = auditor("demo", "--send", text)
    assert done.code == 2
    assert done.err.startswith("auditor: --send: ")
    assert "secret" not in done.err


def test_demo_sends_nothing_on_the_word_of_its_surroundings(
    auditor: Auditor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUDITOR_SEND", f"log-analytics://localhost:1/{RULE_ID}?audience={AUDIENCE}")
    done = auditor("demo", "-q", "--rule", "openai-local-auth")
    assert done.err == ""
