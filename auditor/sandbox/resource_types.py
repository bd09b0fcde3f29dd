"""The ARM types whose lists are answered with an empty page when the tenant holds none of them."""

from __future__ import annotations

from collections.abc import Mapping

# Source: the operation groups of each provider, https://learn.microsoft.com/rest/api/azure/. A type outside
# this table and outside the tenant file is InvalidResourceType, as a typing error would be.
_TYPES_BY_NAMESPACE: Mapping[str, str] = {
    "Microsoft.App": """
        containerApps containerApps/authConfigs containerApps/revisions jobs managedEnvironments
        managedEnvironments/privateEndpointConnections managedEnvironments/privateLinkResources
    """,
    "Microsoft.AppConfiguration": "configurationStores configurationStores/privateEndpointConnections",
    "Microsoft.Authorization": """
        denyAssignments locks policyAssignments roleAssignments roleAssignmentScheduleInstances
        roleAssignmentSchedules roleDefinitions roleEligibilityScheduleInstances roleEligibilitySchedules
    """,
    "Microsoft.CognitiveServices": """
        accounts accounts/capabilityHosts accounts/commitmentPlans accounts/connections
        accounts/defenderForAISettings accounts/deployments accounts/encryptionScopes
        accounts/managedNetworks accounts/managedNetworks/outboundRules accounts/models
        accounts/networkSecurityPerimeterConfigurations accounts/privateEndpointConnections
        accounts/privateLinkResources accounts/projects accounts/projects/applications
        accounts/projects/capabilityHosts accounts/projects/connections accounts/raiBlocklists
        accounts/raiPolicies deletedAccounts
    """,
    "Microsoft.Compute": "virtualMachines virtualMachineScaleSets disks",
    "Microsoft.ContainerRegistry": """
        registries registries/connectedRegistries registries/privateEndpointConnections
        registries/privateLinkResources registries/replications
    """,
    "Microsoft.ContainerService": "managedClusters",
    "Microsoft.DocumentDB": """
        databaseAccounts databaseAccounts/privateEndpointConnections databaseAccounts/privateLinkResources
        databaseAccounts/sqlRoleAssignments databaseAccounts/sqlRoleDefinitions
    """,
    "Microsoft.Insights": """
        components diagnosticSettings diagnosticSettingsCategories privateLinkScopes
        privateLinkScopes/privateEndpointConnections privateLinkScopes/privateLinkResources
        privateLinkScopes/scopedResources
    """,
    "Microsoft.KeyVault": """
        vaults vaults/privateEndpointConnections vaults/privateLinkResources managedHSMs
        managedHSMs/privateEndpointConnections deletedVaults
    """,
    "Microsoft.KubernetesConfiguration": "extensions",
    "Microsoft.MachineLearningServices": """
        registries registries/privateEndpointConnections workspaces workspaces/batchEndpoints
        workspaces/batchEndpoints/deployments workspaces/capabilityHosts workspaces/computes
        workspaces/connections workspaces/datastores workspaces/jobs workspaces/onlineEndpoints
        workspaces/onlineEndpoints/deployments workspaces/outboundRules
        workspaces/privateEndpointConnections workspaces/privateLinkResources
        workspaces/serverlessEndpoints workspaces/marketplaceSubscriptions
    """,
    "Microsoft.ManagedIdentity": "userAssignedIdentities userAssignedIdentities/federatedIdentityCredentials",
    "Microsoft.Network": """
        applicationGateways applicationSecurityGroups azureFirewalls bastionHosts connections
        dnsForwardingRulesets dnsForwardingRulesets/forwardingRules
        dnsForwardingRulesets/virtualNetworkLinks dnsResolvers dnsResolvers/inboundEndpoints
        dnsResolvers/outboundEndpoints firewallPolicies loadBalancers natGateways networkInterfaces
        networkSecurityGroups networkSecurityGroups/defaultSecurityRules
        networkSecurityGroups/securityRules networkSecurityPerimeters networkSecurityPerimeters/profiles
        networkSecurityPerimeters/profiles/accessRules networkSecurityPerimeters/resourceAssociations
        networkWatchers networkWatchers/flowLogs privateDnsZones privateDnsZones/A privateDnsZones/AAAA
        privateDnsZones/ALL privateDnsZones/CNAME privateDnsZones/MX privateDnsZones/PTR
        privateDnsZones/SOA privateDnsZones/SRV privateDnsZones/TXT privateDnsZones/virtualNetworkLinks
        privateEndpoints privateEndpoints/privateDnsZoneGroups privateLinkServices
        privateLinkServices/privateEndpointConnections publicIPAddresses routeTables routeTables/routes
        serviceEndpointPolicies virtualHubs virtualNetworkGateways virtualNetworks virtualNetworks/subnets
        virtualNetworks/virtualNetworkPeerings virtualWans vpnGateways
    """,
    "Microsoft.OperationalInsights": "workspaces workspaces/tables",
    "Microsoft.Search": """
        searchServices searchServices/networkSecurityPerimeterConfigurations
        searchServices/privateEndpointConnections searchServices/privateLinkResources
        searchServices/sharedPrivateLinkResources
    """,
    "Microsoft.Security": "assessments pricings securityContacts defenderForStorageSettings",
    "Microsoft.Sql": "servers servers/databases servers/privateEndpointConnections",
    "Microsoft.Storage": """
        storageAccounts storageAccounts/blobServices storageAccounts/blobServices/containers
        storageAccounts/encryptionScopes storageAccounts/fileServices storageAccounts/fileServices/shares
        storageAccounts/managementPolicies storageAccounts/networkSecurityPerimeterConfigurations
        storageAccounts/privateEndpointConnections storageAccounts/privateLinkResources
        storageAccounts/queueServices storageAccounts/tableServices deletedAccounts
    """,
    "Microsoft.Web": """
        hostingEnvironments serverfarms sites sites/basicPublishingCredentialsPolicies sites/config
        sites/privateEndpointConnections sites/privateLinkResources sites/slots
        sites/virtualNetworkConnections staticSites
    """,
}

KNOWN_RESOURCE_TYPES: frozenset[str] = frozenset(
    f"{namespace}/{resource_type}".lower()
    for namespace, types in _TYPES_BY_NAMESPACE.items()
    for resource_type in types.split()
)
