"""Which ARM types the sandbox lets be written, and how each provider answers."""

from __future__ import annotations

from collections.abc import Mapping

from auditor.sandbox.long_running import Style

CONNECTIONS = "/privateendpointconnections"

# None answers directly with 200. The codes are those that the providers' clients take:
# azure-mgmt-cognitiveservices 14.1 (200, 202), -containerregistry 15.0 (200, 201), -web 11.0 (200, 202),
# -appcontainers 5.1 (200, 202), -storage, -search, -keyvault (200); machine learning (200).
CONNECTION_STYLES: Mapping[str, Style | None] = {
    f"{target}{CONNECTIONS}": style
    for target, style in (
        ("microsoft.app/managedenvironments", Style.ACCEPTED_LOCATION),
        ("microsoft.cognitiveservices/accounts", Style.ACCEPTED_LOCATION),
        ("microsoft.containerregistry/registries", Style.CREATED_ASYNC),
        ("microsoft.keyvault/vaults", None),
        ("microsoft.machinelearningservices/workspaces", None),
        ("microsoft.search/searchservices", None),
        ("microsoft.storage/storageaccounts", None),
        ("microsoft.web/sites", Style.ACCEPTED_LOCATION),
    )
}

WORKSPACES = "microsoft.machinelearningservices/workspaces"
OUTBOUND_RULES = f"{WORKSPACES}/outboundrules"
PROVISION_NETWORK = f"{WORKSPACES}/provisionmanagednetwork"
ROLE_ASSIGNMENTS = "microsoft.authorization/roleassignments"
PRIVATE_ENDPOINTS = "microsoft.network/privateendpoints"
ZONE_GROUPS = f"{PRIVATE_ENDPOINTS}/privatednszonegroups"

# Whole resources that PATCH and PUT may change. All but the workspace answer both directly.
UPDATED_TYPES: Mapping[str, Style | None] = {
    "microsoft.cognitiveservices/accounts": None,
    "microsoft.search/searchservices": None,
    "microsoft.storage/storageaccounts": None,
    WORKSPACES: Style.ACCEPTED_LOCATION,
}
DELETED_TYPES = frozenset((*CONNECTION_STYLES, OUTBOUND_RULES, ROLE_ASSIGNMENTS, ZONE_GROUPS))
