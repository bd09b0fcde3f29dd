// Two log tables for auditor's results, the rule that lets them in, and a workbook over them.
//
//   az deployment group create --resource-group RG --template-file main.bicep \
//     --parameters workspaceName=WORKSPACE principalId=OBJECT-ID
//
// The output `send` is what `auditor scan --send` takes.

targetScope = 'resourceGroup'

@description('Log Analytics workspace, in this resource group.')
param workspaceName string

@description('Where the data collection endpoint and rule stand: the region of the workspace.')
param location string = resourceGroup().location

@description('Object id of the identity that runs auditor. It may upload, and nothing else.')
param principalId string

@allowed(['ServicePrincipal', 'User', 'Group'])
param principalType string = 'ServicePrincipal'

@description('Disabled where uploads come through a private link scope of Azure Monitor.')
@allowed(['Enabled', 'Disabled'])
param publicNetworkAccess string = 'Enabled'

@minValue(4)
@maxValue(730)
param retentionInDays int = 365

// Written by `make docs` from the program's own declarations.
var tables = loadJsonContent('tables.json')

// Monitoring Metrics Publisher
var publisherRoleId = subscriptionResourceId(
  'Microsoft.Authorization/roleDefinitions',
  '3913510d-42f4-4e42-8a64-420c390055eb'
)

resource workspace 'Microsoft.OperationalInsights/workspaces@2022-10-01' existing = {
  name: workspaceName
}

resource runs 'Microsoft.OperationalInsights/workspaces/tables@2022-10-01' = {
  parent: workspace
  name: 'AuditorRuns_CL'
  properties: {
    plan: 'Analytics'
    retentionInDays: retentionInDays
    schema: {
      name: 'AuditorRuns_CL'
      columns: map(tables.AuditorRuns_CL, column => {
        name: column.name
        type: column.type == 'datetime' ? 'dateTime' : column.type
        description: column.description
      })
    }
  }
}

resource results 'Microsoft.OperationalInsights/workspaces/tables@2022-10-01' = {
  parent: workspace
  name: 'AuditorResults_CL'
  properties: {
    plan: 'Analytics'
    retentionInDays: retentionInDays
    schema: {
      name: 'AuditorResults_CL'
      columns: map(tables.AuditorResults_CL, column => {
        name: column.name
        type: column.type == 'datetime' ? 'dateTime' : column.type
        description: column.description
      })
    }
  }
}

resource endpoint 'Microsoft.Insights/dataCollectionEndpoints@2023-03-11' = {
  name: 'dce-auditor'
  location: location
  properties: {
    networkAcls: {
      publicNetworkAccess: publicNetworkAccess
    }
  }
}

resource rule 'Microsoft.Insights/dataCollectionRules@2023-03-11' = {
  name: 'dcr-auditor'
  location: location
  properties: {
    dataCollectionEndpointId: endpoint.id
    streamDeclarations: {
      'Custom-AuditorRuns_CL': {
        columns: map(tables.AuditorRuns_CL, column => { name: column.name, type: column.type })
      }
      'Custom-AuditorResults_CL': {
        columns: map(tables.AuditorResults_CL, column => { name: column.name, type: column.type })
      }
    }
    destinations: {
      logAnalytics: [
        {
          name: 'workspace'
          workspaceResourceId: workspace.id
        }
      ]
    }
    dataFlows: [
      {
        streams: ['Custom-AuditorRuns_CL']
        destinations: ['workspace']
        transformKql: 'source'
        outputStream: 'Custom-AuditorRuns_CL'
      }
      {
        streams: ['Custom-AuditorResults_CL']
        destinations: ['workspace']
        transformKql: 'source'
        outputStream: 'Custom-AuditorResults_CL'
      }
    ]
  }
  dependsOn: [runs, results]
}

resource mayUpload 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(rule.id, principalId, publisherRoleId)
  scope: rule
  properties: {
    roleDefinitionId: publisherRoleId
    principalId: principalId
    principalType: principalType
  }
}

resource workbook 'Microsoft.Insights/workbooks@2022-04-01' = {
  name: guid(workspace.id, 'auditor')
  location: location
  kind: 'shared'
  properties: {
    displayName: 'Private Azure AI, as audited'
    category: 'workbook'
    sourceId: workspace.id
    serializedData: loadTextContent('workbook.json')
  }
}

@description('What auditor scan --send takes.')
output send string = 'log-analytics://${replace(endpoint.properties.logsIngestion.endpoint, 'https://', '')}/${rule.properties.immutableId}'
