"""Format `html`: one self-contained page, for people who look before they read.

The page asks the network for nothing and allows itself nothing but its own style and scripts, by their
hashes. Why the layout library is inlined: docs/decisions/the-map.md.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from auditor.model.finding import Severity
from auditor.model.pack import Sheet
from auditor.model.result import AuditResult, WorkloadSummary
from auditor_reports.html_data import page_data
from auditor_reports.html_summary import summary
from auditor_reports.json import encoded
from auditor_reports.visible import visible

if TYPE_CHECKING:
    from jinja2 import Template

LAYOUT = "elk.bundled.js"
_SCRIPTS = ("page.js", "findings.js", "drawing.js", "map.js", "detail.js", "start.js")
_STYLES = ("page.css", "findings.css", "map.css", "print.css")
# What could end the element or begin markup; U+2028 and U+2029 are escaped by `encoded` already.
_IN_SCRIPT = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def render(result: AuditResult, sheet: Sheet) -> str:
    """The whole page. Failures below the sheet's severity are counted and not shown."""
    result = _worst_first(result)
    data = page_data(result, sheet.min_severity)
    style = _joined(_STYLES)
    scripts = [_layout(), _joined(_SCRIPTS)] if result.unaudited is None else [_joined(_SCRIPTS)]
    return _template().render(
        page=summary(result, data),
        data=_in_script(data),
        policy=_policy(style, scripts),
        style=_trusted(style),
        scripts=[_trusted(script) for script in scripts],
    )


def _worst_first(result: AuditResult) -> AuditResult:
    """The workload with the worst failures first, as one comes for it."""
    failures = [found for found in result.results if found.status == "fail" and found.waiver is None]

    def badness(workload: WorkloadSummary) -> tuple[int, int, str]:
        own = [found.severity for found in failures if workload.id in found.workloads]
        worst = min((severity.rank for severity in own), default=len(Severity))
        return worst, -sum(severity.weight for severity in own), workload.id

    return replace(result, workloads=tuple(sorted(result.workloads, key=badness)))


def _in_script(data: dict[str, Any]) -> Any:
    """JSON that a script element can hold: nothing in it ends the element or begins markup."""
    return _trusted(encoded(data, indented=False).translate(_IN_SCRIPT))


def _policy(style: str, scripts: Iterable[str]) -> str:
    """A content security policy: nothing from anywhere, but this style and these scripts."""
    allowed = " ".join(map(_hash, scripts))
    return (
        f"default-src 'none'; script-src {allowed}; style-src {_hash(style)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


@cache
def _asset(name: str) -> str:
    return (files("auditor_reports") / "assets" / name).read_text(encoding="utf-8")


def _joined(names: Iterable[str]) -> str:
    return "".join(map(_asset, names))


@cache
def _layout() -> str:
    """The layout library, with the notice that its licence asks for."""
    return f"/*! elkjs, EPL-2.0, unmodified; source: https://github.com/kieler/elkjs */\n{_asset(LAYOUT)}"


def _trusted(text: str) -> Any:
    """Text that the template prints as it is: our own, or escaped for where it goes."""
    from markupsafe import Markup

    return Markup(text)


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("auditor_reports", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_legible,
    )
    return environment.get_template("report.html.j2")


def _legible(value: object) -> object:
    """Whatever the template prints, on one line and without a character that a browser would obey."""
    return visible(value) if isinstance(value, str) and not hasattr(value, "__html__") else value
