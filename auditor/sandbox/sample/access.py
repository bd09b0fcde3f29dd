"""Who may do what: role assignments, one deny assignment, and the groups that some of them go through.

Wrong on purpose: the search identity of ``hr-chat`` holds its OpenAI role on the wrong resource group, the
web app of ``hr-chat`` is Contributor of a whole subscription, the ``actuarial-ml`` identity lacks backup
semantics, and the identity of its sessions may not use the key vault's secrets.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from auditor.sandbox.sample import fraud_hub, learning_dependencies, private_app, roles
from auditor.sandbox.sample.company import (
    AI_NETWORK,
    AI_PROD,
    AUDITOR_PRINCIPAL,
    GROUP_ACTUARIES,
    GROUP_AUDITORS,
    GROUP_CLAIMS_STEWARDS,
    GROUP_HR_ANALYSTS,
    GROUP_PLATFORM_OWNERS,
    GROUP_UNDERWRITING_CALLERS,
    HR_LOOK_ALIKE,
    MANAGEMENT_GROUP,
    ArmObject,
    child,
    entry,
    guid,
    lower_group,
    principal_of,
)
from auditor.sandbox.sample.connection_approver import CONNECTION_APPROVER
from auditor.sandbox.sample.learning_dependencies import COMPONENT, SESSION_IDENTITY, STORAGE, VAULT
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor.sandbox.sample.on_your_data import (
    CLAIMS_APP,
    CLAIMS_OPENAI,
    CLAIMS_SEARCH,
    CLAIMS_STORAGE,
    HR_APP,
    HR_OPENAI,
    HR_SEARCH,
    HR_STORAGE,
)
from auditor.sandbox.sample.role import Role
from auditor.sandbox.sample.shared_services import REGISTRY

_ASSIGNED_AT: Final = "2025-03-12T10:02:33.7150000Z"
_CONTAINERS: Final = "Microsoft.Storage/storageAccounts/blobServices/containers"
_CLAIMS_ARCHIVE_ONLY: Final = (
    f"((!(ActionMatches{{'{_CONTAINERS}/blobs/read'}})) OR "
    f"(@Resource[{_CONTAINERS}:name] StringEquals 'claims-archive'))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """One role assignment; ``condition`` None means that it always holds."""

    principal: str
    role: Role
    scope: str
    principal_type: str = "ServicePrincipal"
    condition: str | None = None


def _identity(resource_id: str, role: Role, scope: str) -> Grant:
    return Grant(principal=principal_of(resource_id), role=role, scope=scope)


def _group(group_id: str, role: Role, scope: str, condition: str | None = None) -> Grant:
    return Grant(principal=group_id, role=role, scope=scope, principal_type="Group", condition=condition)


_CLAIMS: Final = (
    _identity(CLAIMS_OPENAI, roles.SEARCH_INDEX_DATA_READER, CLAIMS_SEARCH),
    _identity(CLAIMS_OPENAI, roles.SEARCH_SERVICE_CONTRIBUTOR, CLAIMS_SEARCH),
    _identity(CLAIMS_OPENAI, roles.BLOB_DATA_CONTRIBUTOR, CLAIMS_STORAGE),
    _identity(CLAIMS_SEARCH, roles.OPENAI_CONTRIBUTOR, CLAIMS_OPENAI),
    _identity(CLAIMS_SEARCH, roles.BLOB_DATA_CONTRIBUTOR, lower_group(CLAIMS_STORAGE)),
    _identity(CLAIMS_APP, roles.OPENAI_USER, CLAIMS_OPENAI),
    _group(GROUP_CLAIMS_STEWARDS, roles.BLOB_DATA_READER, CLAIMS_STORAGE, _CLAIMS_ARCHIVE_ONLY),
)
_HR: Final = (
    _identity(HR_OPENAI, roles.SEARCH_INDEX_DATA_READER, HR_SEARCH),
    _identity(HR_OPENAI, roles.SEARCH_SERVICE_CONTRIBUTOR, HR_SEARCH),
    _identity(HR_OPENAI, roles.BLOB_DATA_CONTRIBUTOR, HR_STORAGE),
    # Wrong: rg-hr is a prefix of rg-hr-chat, where the account lives, and another resource group.
    _identity(HR_SEARCH, roles.OPENAI_CONTRIBUTOR, HR_LOOK_ALIKE),
    _identity(HR_SEARCH, roles.BLOB_DATA_CONTRIBUTOR, HR_STORAGE),
    _identity(HR_APP, roles.OPENAI_USER, HR_OPENAI),
    # Wrong: the app needs one data role on one account.
    _identity(HR_APP, roles.CONTRIBUTOR, f"/subscriptions/{AI_PROD}"),
    _group(
        GROUP_HR_ANALYSTS,
        roles.BLOB_DATA_READER,
        child(child(HR_STORAGE, "blobServices", "default"), "containers", "hr-policies"),
    ),
)
_UNDERWRITING: Final = (
    _group(GROUP_UNDERWRITING_CALLERS, roles.OPENAI_USER, private_app.OPENAI),
    _identity(private_app.IDENTITY, roles.ACR_PULL, REGISTRY),
)
_OF_SESSIONS: Final = (WORKSPACE, STORAGE, VAULT, REGISTRY, COMPONENT)
_ACTUARIAL: Final = (
    _identity(WORKSPACE, roles.BLOB_DATA_CONTRIBUTOR, STORAGE),
    # Wrong: prompt flow needs Storage File Data Privileged Contributor, which also may use backup semantics.
    _identity(WORKSPACE, roles.SMB_SHARE_CONTRIBUTOR, STORAGE),
    _identity(WORKSPACE, roles.KEY_VAULT_ADMINISTRATOR, VAULT),
    _identity(WORKSPACE, roles.ACR_PULL, REGISTRY),
    *(
        _identity(WORKSPACE, roles.READER, endpoint.id)
        for endpoint in learning_dependencies.ENDPOINTS
        if endpoint.target == STORAGE
    ),
    _identity(WORKSPACE, CONNECTION_APPROVER, CLAIMS_OPENAI),
    _identity(WORKSPACE, CONNECTION_APPROVER, CLAIMS_SEARCH),
    _identity(WORKSPACE, roles.EMBEDDINGS_CALLER, CLAIMS_OPENAI),
    _identity(WORKSPACE, roles.SEARCH_INDEX_DATA_READER, CLAIMS_SEARCH),
    _group(GROUP_ACTUARIES, roles.DATA_SCIENTIST, WORKSPACE),
    # Wrong: sessions of prompt flow also need the secrets of the vault (Key Vault Administrator).
    *(_identity(SESSION_IDENTITY, roles.CONTRIBUTOR, target) for target in _OF_SESSIONS),
    _identity(SESSION_IDENTITY, roles.BLOB_DATA_CONTRIBUTOR, STORAGE),
    _identity(SESSION_IDENTITY, roles.FILE_DATA_PRIVILEGED_CONTRIBUTOR, STORAGE),
    _group(GROUP_ACTUARIES, roles.MANAGED_IDENTITY_OPERATOR, SESSION_IDENTITY),
)
_FRAUD: Final = (
    *(
        _identity(holder, role, fraud_hub.STORAGE)
        for holder in (fraud_hub.FRAUD_HUB, fraud_hub.PROJECT)
        for role in (roles.BLOB_DATA_CONTRIBUTOR, roles.FILE_DATA_PRIVILEGED_CONTRIBUTOR)
    ),
    *(
        _identity(holder, roles.READER, endpoint.id)
        for holder in (fraud_hub.FRAUD_HUB, fraud_hub.PROJECT)
        for endpoint in fraud_hub.STORAGE_ENDPOINTS
    ),
    _identity(fraud_hub.FRAUD_HUB, roles.KEY_VAULT_ADMINISTRATOR, fraud_hub.VAULT),
    _identity(fraud_hub.FRAUD_HUB, roles.ACR_PULL, REGISTRY),
    _identity(fraud_hub.FRAUD_HUB, CONNECTION_APPROVER, private_app.OPENAI),
)
_PLATFORM: Final = (
    _group(GROUP_PLATFORM_OWNERS, roles.OWNER, MANAGEMENT_GROUP),
    _group(GROUP_AUDITORS, roles.READER, MANAGEMENT_GROUP),
)

GROUPS: Final = {
    GROUP_AUDITORS: [AUDITOR_PRINCIPAL],
    GROUP_PLATFORM_OWNERS: [guid("user", "astrid.berg"), guid("user", "nils.holm")],
    GROUP_CLAIMS_STEWARDS: [guid("user", "elsa.strand")],
    GROUP_HR_ANALYSTS: [guid("user", "karin.ek")],
    GROUP_ACTUARIES: [guid("user", "ingrid.lind"), guid("user", "olof.dahl")],
    GROUP_UNDERWRITING_CALLERS: [principal_of(private_app.IDENTITY)],
}


def access_entries() -> Iterable[ArmObject]:
    for grants in (_CLAIMS, _HR, _UNDERWRITING, _ACTUARIAL, _FRAUD, _PLATFORM):
        yield from (_assignment(grant) for grant in grants)
    yield _deny_assignment()


def _assignment(grant: Grant) -> ArmObject:
    name = guid("assignment", grant.principal, grant.role.guid, grant.scope)
    in_subscription = grant.scope.startswith("/subscriptions/")
    # Live answers qualify the definition with the subscription of the scope, even for a built-in role.
    qualifier = f"/subscriptions/{AI_PROD}" if in_subscription else ""
    definition = f"{qualifier}/providers/Microsoft.Authorization/roleDefinitions/{grant.role.guid}"
    return entry(
        f"{grant.scope}/providers/Microsoft.Authorization/roleAssignments/{name}",
        properties={
            "roleDefinitionId": definition,
            "principalId": grant.principal,
            "principalType": grant.principal_type,
            "scope": grant.scope,
            "condition": grant.condition,
            "conditionVersion": "2.0" if grant.condition else None,
            "createdOn": _ASSIGNED_AT,
            "updatedOn": _ASSIGNED_AT,
            "createdBy": guid("service-principal", "sp-platform-pipeline"),
            "updatedBy": guid("service-principal", "sp-platform-pipeline"),
            "delegatedManagedIdentityResourceId": None,
            "description": None,
        },
    )


def _deny_assignment() -> ArmObject:
    """Left by a deployment stack: it keeps everybody from deleting networks, which no workload does."""
    name = guid("deny-assignment", "stack-ai-network")
    permission = {
        "actions": ["Microsoft.Network/virtualNetworks/delete"],
        "notActions": [],
        "dataActions": [],
        "notDataActions": [],
        "condition": None,
        "conditionVersion": None,
    }
    return entry(
        f"{AI_NETWORK}/providers/Microsoft.Authorization/denyAssignments/{name}",
        properties={
            "denyAssignmentName": "Deny assignment created by deployment stack stack-ai-network",
            "description": "Managed by the deployment stack stack-ai-network",
            "permissions": [permission],
            "scope": AI_NETWORK,
            "doNotApplyToChildScopes": False,
            # Azure's own way to say "everybody".
            "principals": [{"id": "00000000-0000-0000-0000-000000000000", "type": "SystemDefined"}],
            "excludePrincipals": [
                {"id": guid("service-principal", "sp-platform-pipeline"), "type": "ServicePrincipal"}
            ],
            "isSystemProtected": True,
        },
    )
