"""The one built-in role that is long enough to have a pattern: it approves private endpoint connections.

Source: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
"""

from __future__ import annotations

from typing import Final

from auditor.sandbox.sample.role import Role

# The approver's permissions follow one pattern with exceptions. Every type has reading and writing of its
# connections; r adds reading the resource itself, l its private link resources, a the approval action.
_APPROVABLE: Final = {
    "Microsoft.ApiManagement/service": "rl",
    "Microsoft.ContainerRegistry/registries": "a",
    "Microsoft.Cache/redis": "rla",
    "Microsoft.Cache/redisEnterprise": "rla",
    "Microsoft.CognitiveServices/accounts": "rl",
    "Microsoft.DBforPostgreSQL/flexibleServers": "rla",
    "Microsoft.DBforPostgreSQL/serverGroupsv2": "la",
    "Microsoft.DBforMySQL/flexibleServers": "rla",
    "Microsoft.DocumentDB/databaseAccounts": "rla",
    "Microsoft.KeyVault/vaults": "rla",
    "Microsoft.MachineLearningServices/registries": "rla",
    "Microsoft.MachineLearningServices/workspaces": "rla",
    "Microsoft.Storage/storageAccounts": "rl",
    "Microsoft.Sql/servers": "rla",
    "Microsoft.EventHub/namespaces": "rla",
    "Microsoft.Search/searchServices": "ra",
    "Microsoft.Insights/privatelinkscopes": "rla",
    "Microsoft.Network/privateLinkServices": "ra",
    "Microsoft.Network/applicationGateways": "rl",
}
_APPROVER_SUFFIXES: Final = {
    "r": "read",
    "l": "privateLinkResources/read",
    "a": "privateEndpointConnectionsApproval/action",
}
CONNECTION_APPROVER: Final = Role(
    guid="b556d68e-0be0-4f35-a333-ad7ee1ce17ea",
    name="Azure AI Enterprise Network Connection Approver",
    description="Can approve private endpoint connections to Azure AI common dependency resources",
    actions=(
        *(f"{t}/privateEndpointConnections/{verb}" for t in _APPROVABLE for verb in ("read", "write")),
        *(f"{t}/{_APPROVER_SUFFIXES[letter]}" for t, letters in _APPROVABLE.items() for letter in letters),
        "Microsoft.DocumentDB/databaseAccounts/privateEndpointConnections/operationResults/read",
        "Microsoft.Insights/privatelinkscopes/privateEndpointConnections/operationResults/read",
        "Microsoft.Search/searchServices/sharedPrivateLinkResources/read",
        "Microsoft.Storage/storageAccounts/PrivateEndpointConnectionsApproval/action",
    ),
)
