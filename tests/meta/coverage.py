"""The coverage page: every requirement of the seed documents, and on what evidence each rule was proved."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auditor.rule import Rule

ROOT = Path(__file__).parents[2]
_COUNTS = ROOT / "tests" / "real" / "golden-counts.json"
_SCOPES = ("related", "all-resources", "declared")
SEEDS = {
    "000": "Prompt flow network isolation",
    "001": "Model catalog and managed networks",
    "002": "GPT-4 behind a private endpoint, with DNS, NSG and Container Apps",
    "003": "Azure OpenAI On Your Data, securely",
    "004": "Prompt flow compute sessions",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One checkable sentence: the rules that judge it, or why a person has to."""

    id: str
    seed: str
    statement: str
    rules: tuple[str, ...] = ()
    manual: str = ""


def requirements() -> tuple[Requirement, ...]:
    rows = tomllib.loads((ROOT / "docs" / "requirements.toml").read_text(encoding="utf-8"))["requirement"]
    return tuple(Requirement(**{**row, "rules": tuple(row.get("rules", ()))}) for row in rows)


def page(rules: tuple[Rule[Any], ...]) -> str:
    """`docs/coverage.md`."""
    rows = requirements()
    by_hand = sum(1 for row in rows if row.manual)
    head = [
        "# Coverage",
        "",
        f"{len(rows)} checkable sentences of the five documents that started the project:"
        f" {len(rows) - by_hand} are judged by rules, {by_hand} must be checked by hand.",
        "",
        "## What each rule was proved on",
        "",
        "*Real*: the rule judged recordings of real tenants. *Examples*: official examples of the REST API"
        " specifications. *Sandbox*: our own sample tenant, as every rule. See"
        " [what was verified](verification.md).",
        "",
        "| rule | proved on | seeds |",
        "|---|---|---|",
        *_rule_rows(rules, rows),
    ]
    return "\n".join((*head, *_seed_sections(rows))) + "\n"


def _rule_rows(rules: tuple[Rule[Any], ...], rows: tuple[Requirement, ...]) -> Iterator[str]:
    judged = {tenant: _judged(tenant) for tenant in ("recordings", "examples")}
    for rule in rules:
        if rule.id in judged["recordings"]:
            proved = "real"
        else:
            proved = "examples" if rule.id in judged["examples"] else "sandbox"
        seeds = sorted({row.seed for row in rows if rule.id in row.rules})
        yield f"| [{rule.id}](rules/{rule.id}.md) | {proved} | {', '.join(seeds) or 'beyond the seeds'} |"


def _judged(tenant: str) -> set[str]:
    """The rules that gave a pass or a fail in any audit of the tenant assembled from those payloads."""
    counts = json.loads(_COUNTS.read_text(encoding="utf-8"))[tenant]
    return {
        rule
        for scope in _SCOPES
        for rule, verdicts in counts[scope].items()
        if verdicts.get("pass", 0) + verdicts.get("fail", 0)
    }


def _seed_sections(rows: tuple[Requirement, ...]) -> Iterator[str]:
    for seed, title in SEEDS.items():
        yield from ("", f"## {seed}: {title}", "", "| # | what is asked | judged by |", "|---|---|---|")
        for row in rows:
            if row.seed == seed:
                links = ", ".join(f"[{rule}](rules/{rule}.md)" for rule in row.rules)
                yield f"| {row.id} | {row.statement} | {links or f'by hand: {row.manual}'} |"
