"""The ARM actions that rules need, and a custom role definition that grants just those."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from auditor.collect.runner import closure
from auditor.plugins import Packs
from auditor.rule import Rule

# Finding the subscriptions, their groups and what is above them; asked for by every scan.
_ALWAYS = (
    "Microsoft.Management/managementGroups/descendants/read",
    "Microsoft.Management/managementGroups/read",
    "Microsoft.Resources/subscriptions/read",
    "Microsoft.Resources/subscriptions/resourceGroups/read",
)


def actions(packs: Packs, rules: Iterable[Rule[Any]]) -> tuple[str, ...]:
    """Every action that collecting for these rules calls for, ordered."""
    wanted = {of for rule in rules for of in rule.all_reads}
    records = {of for source in closure(packs.sources, wanted) for of in source.records}
    return tuple(sorted({*_ALWAYS, *(of.read_action() for of in records)}, key=str.lower))


def document(packs: Packs, rules: Sequence[Rule[Any]]) -> str:
    """A custom role definition as `az role definition create --role-definition` takes it, in JSON."""
    definition = {
        "Name": "Azure AI Auditor",
        "IsCustom": True,
        "Description": f"Read what {len(rules)} rules of azure-ai-auditor look at, and nothing else.",
        "Actions": list(actions(packs, rules)),
        "NotActions": [],
        "DataActions": [],
        "NotDataActions": [],
        "AssignableScopes": ["/subscriptions/00000000-0000-0000-0000-000000000000"],
    }
    return json.dumps(definition, indent=2) + "\n"
