"""Makes the generated pages: one for each rule, their index, the coverage, and the table of options.

`python -m tests.meta.docs` writes them (`make docs`); a test compares.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from auditor import permissions, plugins
from auditor.option import Option
from auditor.options_table import OPTIONS
from auditor.rule import Rule
from auditor.rule_pages import page
from auditor.send.log_records import RESULTS, RUNS
from tests.meta import coverage

DOCS = Path(__file__).parents[2] / "docs"
_BEGIN, _END = "<!-- options: begin -->", "<!-- options: end -->"


def generated() -> dict[Path, str]:
    """Every generated page and the text it must hold."""
    packs = plugins.load()
    rules = packs.rules
    pages = {DOCS / "rules" / f"{rule.id}.md": page(rule) for rule in rules}
    configuration = DOCS / "configuration.md"
    return {
        **pages,
        DOCS / "rules" / "README.md": _index(rules),
        DOCS / "coverage.md": coverage.page(rules),
        configuration: _with_options(configuration.read_text(encoding="utf-8")),
        DOCS / "schedules" / "role" / "role.json": permissions.document(packs, rules),
        DOCS / "dashboards" / "azure-monitor" / "tables.json": _log_tables(),
    }


def _log_tables() -> str:
    """The columns that the data collection rule and the tables are made with."""
    tables = {
        name: [
            {"name": column.name, "type": column.type, "description": column.description}
            for column in columns
        ]
        for name, columns in (("AuditorRuns_CL", RUNS), ("AuditorResults_CL", RESULTS))
    }
    return json.dumps(tables, indent=2, ensure_ascii=False) + "\n"


def stale() -> Iterator[Path]:
    """Pages of rules that are gone."""
    kept = generated()
    yield from (file for file in (DOCS / "rules").glob("*.md") if file not in kept)


def _index(rules: tuple[Rule[Any], ...]) -> str:
    lines = ["# The rules", "", f"{len(rules)} rules. `auditor rules show ID` prints the same pages.", ""]
    for area, members in groupby(rules, key=_area):
        lines += [f"## {area}", "", "| rule | severity | duty |", "|---|---|---|"]
        lines += [f"| [{rule.id}]({rule.id}.md) | {rule.severity} | {rule.title} |" for rule in members]
        lines.append("")
    return "\n".join(lines)


def _area(rule: Rule[Any]) -> str:
    """The package below `auditor_rules` that the rule's function lives in."""
    return rule.judge.__module__.split(".")[1].replace("_", " ")


def _with_options(text: str) -> str:
    head, tail = text.split(_BEGIN, maxsplit=1)[0], text.split(_END)[1]
    return f"{head}{_BEGIN}\n{_options()}\n{_END}{tail}"


def _options() -> str:
    rows = [_row(option) for option in OPTIONS]
    return "\n".join(["| flag | environment | file | default | |", "|---|---|---|---|---|", *rows])


def _row(option: Option) -> str:
    flags = ", ".join(f"`{flag}`" for flag in option.flags)
    default = option.default_text or ("" if option.default in (None, (), False) else f"`{option.default}`")
    key = f"`{option.key}`" if option.in_file else ""
    said = option.help + (f" ({', '.join(option.choices)})" if option.choices else "")
    return f"| {flags} | `{option.variable}` | {key} | {default} | {said} |"


def main() -> None:
    (DOCS / "rules").mkdir(exist_ok=True)
    for file in stale():
        file.unlink()
    for file, text in generated().items():
        file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
