"""Who the sample tenant belongs to: Norrland Insurance, its ids, and how an entry of the tenant is written.

Every GUID is a version 5 UUID of a made-up name, so none can equal one that Azure has given out.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID, uuid5

ArmObject = dict[str, Any]

_NAMESPACE: Final = UUID("6e6f7272-6c61-4e64-8000-73616d706c65")


def guid(*names: str) -> str:
    """The fake GUID of a name: the same for the same name, whatever its case."""
    return str(uuid5(_NAMESPACE, "/".join(names).lower()))


TENANT: Final = guid("tenant", "norrland-insurance")
AI_PROD: Final = guid("subscription", "norrland-ai-prod")
HUB: Final = guid("subscription", "norrland-hub")
LEGACY: Final = guid("subscription", "norrland-legacy")
MANAGEMENT_GROUP: Final = "/providers/Microsoft.Management/managementGroups/norrland-platform"

# Subscriptions that are not ours: two of the platform, one of a stranger.
SEARCH_PLATFORM: Final = guid("subscription", "search-shared-private-links")
LEARNING_PLATFORM: Final = guid("subscription", "machine-learning-managed-networks")
STRANGER: Final = guid("subscription", "stranger")

LOCATION: Final = "swedencentral"
CREATED_AT: Final = "2025-03-11T08:14:52.1234567Z"


def _group(subscription: str, name: str) -> str:
    return f"/subscriptions/{subscription}/resourceGroups/{name}"


CLAIMS: Final = _group(AI_PROD, "rg-claims-chat")
HR: Final = _group(AI_PROD, "rg-hr-chat")
HR_LOOK_ALIKE: Final = _group(AI_PROD, "rg-hr")
UNDERWRITING: Final = _group(AI_PROD, "rg-underwriting-copilot")
SERVICING: Final = _group(AI_PROD, "rg-servicing-agents")
ACTUARIAL: Final = _group(AI_PROD, "rg-actuarial-ml")
FRAUD: Final = _group(AI_PROD, "rg-fraud-hub")
AI_NETWORK: Final = _group(AI_PROD, "rg-ai-network")
AI_SHARED: Final = _group(AI_PROD, "rg-ai-shared")
HUB_NETWORK: Final = _group(HUB, "rg-hub-network")
HUB_DNS: Final = _group(HUB, "rg-hub-dns")

RESOURCE_GROUPS: Final = (
    CLAIMS,
    HR,
    HR_LOOK_ALIKE,
    UNDERWRITING,
    SERVICING,
    ACTUARIAL,
    FRAUD,
    AI_NETWORK,
    AI_SHARED,
    HUB_NETWORK,
    HUB_DNS,
)

GROUP_AUDITORS: Final = guid("entra-group", "grp-ai-auditors")
GROUP_PLATFORM_OWNERS: Final = guid("entra-group", "grp-platform-owners")
GROUP_CLAIMS_STEWARDS: Final = guid("entra-group", "grp-claims-data-stewards")
GROUP_HR_ANALYSTS: Final = guid("entra-group", "grp-hr-analysts")
GROUP_ACTUARIES: Final = guid("entra-group", "grp-actuaries")
GROUP_UNDERWRITING_CALLERS: Final = guid("entra-group", "grp-underwriting-callers")
AUDITOR_PRINCIPAL: Final = guid("service-principal", "sp-ai-auditor")


def within(group: str, resource_type: str, name: str) -> str:
    """The id of a top-level resource: ``within(CLAIMS, "Microsoft.Search/searchServices", "x")``."""
    return f"{group}/providers/{resource_type}/{name}"


def child(parent: str, kind: str, name: str) -> str:
    """The id of a child resource: ``child(account, "deployments", "gpt-4o")``."""
    return f"{parent}/{kind}/{name}"


def name_of(resource_id: str) -> str:
    """The last segment of an id."""
    return resource_id.rsplit("/", 1)[1]


def type_of(resource_id: str) -> str:
    """The ARM type that an id spells, in the case in which the id spells it."""
    if "/providers/" not in resource_id:
        return "Microsoft.Resources/resourceGroups"
    namespace, *segments = resource_id.rpartition("/providers/")[2].split("/")
    return "/".join([namespace, *segments[::2]])


def entry(resource_id: str, **members: Any) -> ArmObject:
    """One object of the tenant: id, name and type from the id, then the members, which may override them."""
    return {"id": resource_id, "name": name_of(resource_id), "type": type_of(resource_id), **members}


def lower_group(resource_id: str) -> str:
    """The id as some services echo it, its ``resourceGroups`` segment in lower case."""
    return resource_id.replace("/resourceGroups/", "/resourcegroups/")


def principal_of(resource_id: str) -> str:
    """The object id of the identity of a resource (system-assigned), or of a user-assigned identity."""
    return guid("principal", resource_id)


def etag(resource_id: str) -> str:
    return f'W/"{guid("etag", resource_id)}"'


def created_by_pipeline(created_at: str = CREATED_AT) -> ArmObject:
    """``systemData`` of what the deployment pipeline made."""
    pipeline = guid("service-principal", "sp-platform-pipeline")
    return {
        "createdBy": pipeline,
        "createdByType": "Application",
        "createdAt": created_at,
        "lastModifiedBy": pipeline,
        "lastModifiedByType": "Application",
        "lastModifiedAt": created_at,
    }


def system_identity(resource_id: str) -> ArmObject:
    return {"type": "SystemAssigned", "principalId": principal_of(resource_id), "tenantId": TENANT}


def assigned_identities(*identity_ids: str) -> ArmObject:
    """``userAssignedIdentities``: keys in the spelling that most services echo."""
    return {
        lower_group(identity_id): {
            "principalId": principal_of(identity_id),
            "clientId": guid("client", identity_id),
        }
        for identity_id in identity_ids
    }


def user_assigned_identity(identity_id: str) -> ArmObject:
    return entry(
        lower_group(identity_id),
        location=LOCATION,
        tags={},
        properties={
            "tenantId": TENANT,
            "principalId": principal_of(identity_id),
            "clientId": guid("client", identity_id),
        },
    )
