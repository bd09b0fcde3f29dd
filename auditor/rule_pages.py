"""What `auditor rules` shows: a list, and the whole page of one rule."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from auditor.rule import Rule


def listing(rules: Sequence[Rule[Any]]) -> str:
    """One line for each rule: severity, id, title."""
    width = max(len(rule.id) for rule in rules)
    return "".join(f"{rule.severity.value:8}  {rule.id:{width}}  {rule.title}\n" for rule in rules)


def page(rule: Rule[Any]) -> str:
    """The rule's documentation page in Markdown: its docstring with what the metadata adds."""
    controls = [f"- {control.framework}: {control.id}" for control in rule.controls] or ["None is sound."]
    parts = [
        f"# {rule.id}",
        f"**{rule.title}** · severity {rule.severity} · {rule.rule_class}",
        _headed(rule.page),
        *([f"```sh\n{rule.remedy.az}\n```"] if rule.remedy.az else []),
        "## Reads",
        "\n".join(f"- `{of.read_action()}`" for of in rule.all_reads),
        "## Profiles",
        ", ".join(rule.profiles),
        "## Controls",
        "\n".join(controls),
        "## Sources",
        "\n".join(f"- [{source.title}]({source.url})" for source in rule.sources),
    ]
    return "\n\n".join(parts) + "\n"


def _headed(text: str) -> str:
    """The docstring's sections as Markdown: an unindented line followed by an indented one is a heading."""
    lines = text.splitlines()
    found: list[str] = []
    for position, line in enumerate(lines):
        following = lines[position + 1] if position + 1 < len(lines) else ""
        if line and not line.startswith(" ") and following.startswith("    "):
            found += ["", f"## {line}", ""]
        else:
            found.append(line.removeprefix("    "))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(found).strip())
