// A daily audit as an Azure Container Apps job, in an environment that is there.
//
//   az deployment group create --resource-group RG --template-file container-apps-job.bicep \
//     --parameters environmentName=ENV image=REGISTRY.azurecr.io/auditor:0.1.0 registryName=REGISTRY \
//                  send=log-analytics://…
//
// Give the identity that it makes (output `principalId`) the role of role/management-group.bicep or
// role/subscription.bicep, and name it as `principalId` of ../dashboards/azure-monitor/main.bicep.

targetScope = 'resourceGroup'

param location string = resourceGroup().location

@description('Container Apps environment, in this resource group.')
param environmentName string

@description('Image made from the Dockerfile beside this file.')
param image string

@description('Azure Container Registry that holds it, in this resource group.')
param registryName string

@description('Daily at 04:17 UTC.')
param cronExpression string = '17 4 * * *'

@description('Where results go; the job has no disk of its own. Output of ../dashboards/azure-monitor/main.bicep.')
param send string = ''

@description('Webhook to tell of what is new. Whoever has it can post.')
@secure()
param notify string = ''

// AcrPull
var pullRoleId = subscriptionResourceId(
  'Microsoft.Authorization/roleDefinitions',
  '7f951dda-4ed3-4680-a7ca-43fe172d538d'
)

resource environment 'Microsoft.App/managedEnvironments@2024-03-01' existing = {
  name: environmentName
}

resource registry 'Microsoft.ContainerRegistry/registries@2023-07-01' existing = {
  name: registryName
}

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-auditor'
  location: location
}

resource mayPull 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(registry.id, identity.id, pullRoleId)
  scope: registry
  properties: {
    roleDefinitionId: pullRoleId
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

resource job 'Microsoft.App/jobs@2024-03-01' = {
  name: 'auditor'
  location: location
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identity.id}': {}
    }
  }
  properties: {
    environmentId: environment.id
    configuration: {
      triggerType: 'Schedule'
      scheduleTriggerConfig: {
        cronExpression: cronExpression
        parallelism: 1
        replicaCompletionCount: 1
      }
      replicaTimeout: 3600
      // Findings (1) and gaps (4) are answers: the same audit once more would say the same.
      replicaRetryLimit: 0
      registries: [
        {
          server: registry.properties.loginServer
          identity: identity.id
        }
      ]
      secrets: empty(notify) ? [] : [
        {
          name: 'notify'
          value: notify
        }
      ]
    }
    template: {
      containers: [
        {
          name: 'auditor'
          image: image
          // Standard output goes to the environment's log: the whole report, a result a line.
          args: ['scan', '--auth=managed-identity', '--format=jsonl']
          env: concat(
            [
              {
                name: 'AZURE_CLIENT_ID'
                value: identity.properties.clientId
              }
              {
                name: 'AUDITOR_SEND'
                value: send
              }
            ],
            empty(notify) ? [] : [
              {
                name: 'AUDITOR_NOTIFY'
                secretRef: 'notify'
              }
            ]
          )
          resources: {
            cpu: json('0.5')
            memory: '1Gi'
          }
        }
      ]
    }
  }
  dependsOn: [mayPull]
}

@description('Object id of the identity that reads the tenant.')
output principalId string = identity.properties.principalId
