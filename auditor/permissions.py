"""The ARM actions that rules need, and a custom role definition that grants just those."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from auditor.collect.runner import closure
from auditor.collect.source import Source
from auditor.model.reach import Reach
from auditor.model.wire import Resource
from auditor.plugins import Packs
from auditor.relate.workloads import deepened
from auditor.rule import Rule

NEXT_STEP = (
    "put your own subscriptions or management group into AssignableScopes, then"
    " az role definition create --role-definition @FILE"
)

# Finding what is in scope: the subscriptions, and what --management-group and --resource-group name.
_ALWAYS = (
    "Microsoft.Management/managementGroups/descendants/read",
    "Microsoft.Resources/subscriptions/read",
    "Microsoft.Resources/subscriptions/resourceGroups/read",
)


def actions(
    packs: Packs, rules: Iterable[Rule[Any]], reach: frozenset[Reach] = frozenset()
) -> tuple[str, ...]:
    """Every action that collecting for these rules calls for, with these steps beyond Reader, ordered.

    What stands inside another type's answer is read with that type's action.
    """
    wanted = {of for rule in rules for of in rule.all_reads}
    return tuple(sorted({*_ALWAYS, *reading(packs.sources, wanted, reach)}, key=str.lower))


def reading(
    sources: Sequence[Source], wanted: Iterable[type[Resource]], reach: frozenset[Reach] = frozenset()
) -> frozenset[str]:
    """The actions that collecting these types calls for."""
    found = closure(sources, deepened(set(wanted)))
    return frozenset(one.record.read_action() for one in found if one.step is None or one.step in reach)


def document(packs: Packs, rules: Sequence[Rule[Any]], reach: frozenset[Reach] = frozenset()) -> str:
    """A custom role definition as `az role definition create --role-definition` takes it, in JSON.

    It never has data actions: what search services answer of their objects is an action of the control plane.
    """
    said = f"Read what azure-ai-auditor looks at for {_counted(len(rules))}, and nothing else."
    return role_definition("Azure AI Auditor", said, actions(packs, rules, reach))


def role_definition(name: str, description: str, granted: Iterable[str]) -> str:
    definition = {
        "Name": name,
        "IsCustom": True,
        "Description": description,
        "Actions": list(granted),
        "NotActions": [],
        "DataActions": [],
        "NotDataActions": [],
        "AssignableScopes": ["/subscriptions/00000000-0000-0000-0000-000000000000"],
    }
    return json.dumps(definition, indent=2) + "\n"


def _counted(rules: int) -> str:
    return "1 rule" if rules == 1 else f"{rules} rules"
