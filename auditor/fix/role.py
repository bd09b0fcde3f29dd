"""What a fix run needs beyond the audit: a role of its own, for a second identity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from auditor.fix.sources import READS, SOURCES
from auditor.model.reach import Reach
from auditor.permissions import actions, reading, role_definition
from auditor.plugins import Packs
from auditor.relate.targets import TARGET_OF, approving_actions
from auditor.rule import Rule

NEXT_STEP = (
    "give this role, beside the one of `auditor permissions`, to a second identity, which people use and no"
    " schedule does"
)

# What the identity itself may do is asked before the first write.
_PREFLIGHT = "Microsoft.Authorization/permissions/read"


def extra_actions(
    packs: Packs, rules: Sequence[Rule[Any]], reach: frozenset[Reach] = frozenset()
) -> tuple[str, ...]:
    """Every action that `--fix` calls for and the audit by these rules does not, ordered."""
    writes = {action for of in TARGET_OF.values() for action in approving_actions(of.ARM_TYPE)}
    wanted = {_PREFLIGHT, *reading((*packs.sources, *SOURCES), READS), *writes}
    return tuple(sorted(wanted.difference(actions(packs, rules, reach)), key=str.lower))


def document(packs: Packs, rules: Sequence[Rule[Any]], reach: frozenset[Reach] = frozenset()) -> str:
    """The custom role definition, in JSON. Nothing in it can write but an approval or a rejection."""
    said = "Approve or reject pending private endpoint connections, as auditor scan --fix does."
    return role_definition("Azure AI Auditor Fix", said, extra_actions(packs, rules, reach))
