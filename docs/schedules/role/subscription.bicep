// A role with just the actions that auditor reads with, given to one identity over a subscription.
//
//   az deployment sub create --subscription SUBSCRIPTION --location westeurope \
//     --template-file subscription.bicep --parameters principalId=OBJECT-ID

targetScope = 'subscription'

@description('Object id of the identity that runs auditor.')
param principalId string

@allowed(['ServicePrincipal', 'User', 'Group'])
param principalType string = 'ServicePrincipal'

// Written by `make docs`: what `auditor permissions` prints for every rule.
var role = loadJsonContent('role.json')

resource definition 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(subscription().id, role.Name)
  properties: {
    // The name of a role is one for the whole tenant.
    roleName: '${role.Name} (${subscription().subscriptionId})'
    description: role.Description
    type: 'CustomRole'
    permissions: [
      {
        actions: role.Actions
        notActions: role.NotActions
      }
    ]
    assignableScopes: [subscription().id]
  }
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(subscription().id, principalId, definition.id)
  properties: {
    roleDefinitionId: definition.id
    principalId: principalId
    principalType: principalType
  }
}
