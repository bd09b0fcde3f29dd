"""Which resources act as which principal."""

from __future__ import annotations

from collections import defaultdict

from auditor.model.estate import Estate
from auditor.model.resources.app import ContainerApp, Site
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.resources.search_service import SearchService
from auditor.model.resources.workspace import Workspace

Carrier = CognitiveAccount | SearchService | Workspace | Site | ContainerApp
CARRIERS: tuple[type[Carrier], ...] = (CognitiveAccount, SearchService, Workspace, Site, ContainerApp)


def principals(estate: Estate) -> dict[str, tuple[Carrier, ...]]:
    """Which resources act as which principal: object id in lower case → the resources that carry it.

    A user-assigned identity may be carried by several.
    """
    found: dict[str, list[Carrier]] = defaultdict(list)
    for of in CARRIERS:
        for row in estate.listed(of):
            identity = row.identity
            if not identity.principal_id.is_malformed and identity.principal_id.value:
                found[identity.principal_id.value.lower()].append(row)
            if identity.user_assigned.is_malformed:
                continue
            for assigned in identity.user_assigned.value:
                if not assigned.principal_id.is_malformed and assigned.principal_id.value:
                    found[assigned.principal_id.value.lower()].append(row)
    return {principal: tuple(rows) for principal, rows in found.items()}
