// A role with just the actions that auditor reads with, given to one identity over a management group.
//
//   az deployment mg create --management-group-id GROUP --location westeurope \
//     --template-file management-group.bicep --parameters principalId=OBJECT-ID

targetScope = 'managementGroup'

@description('Object id of the identity that runs auditor.')
param principalId string

@allowed(['ServicePrincipal', 'User', 'Group'])
param principalType string = 'ServicePrincipal'

// Written by `make docs`: what `auditor permissions` prints for every rule.
var role = loadJsonContent('role.json')

resource definition 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(managementGroup().id, role.Name)
  properties: {
    // The name of a role is one for the whole tenant.
    roleName: '${role.Name} (${managementGroup().name})'
    description: role.Description
    type: 'CustomRole'
    permissions: [
      {
        actions: role.Actions
        notActions: role.NotActions
      }
    ]
    assignableScopes: [managementGroup().id]
  }
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(managementGroup().id, principalId, definition.id)
  properties: {
    roleDefinitionId: definition.id
    principalId: principalId
    principalType: principalType
  }
}
