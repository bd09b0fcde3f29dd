"""Two On Your Data workloads: ``claims-chat``, where all is right, and ``hr-chat``, wrong in six ways.

What is wrong with ``hr-chat`` is said at the line that makes it so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from auditor.sandbox.sample.ai_services import (
    blob_logging,
    diagnostic_setting,
    model_entries,
    openai_account,
    openai_endpoint,
    openai_link_resource,
    search_endpoint,
    search_link_resource,
    search_service,
    shared_private_link,
    storage_account,
    storage_endpoint,
    storage_link_resource,
)
from auditor.sandbox.sample.company import (
    CLAIMS,
    HR,
    STRANGER,
    TENANT,
    ArmObject,
    assigned_identities,
    name_of,
    principal_of,
    user_assigned_identity,
    within,
)
from auditor.sandbox.sample.endpoints import Endpoint, Host, connection, private_link_resource
from auditor.sandbox.sample.network import CLAIMS_APPS_SUBNET, HR_APPS_SUBNET
from auditor.sandbox.sample.web_apps import app_plan, web_app

CLAIMS_OPENAI: Final = within(CLAIMS, "Microsoft.CognitiveServices/accounts", "oai-norrland-claims")
CLAIMS_SEARCH: Final = within(CLAIMS, "Microsoft.Search/searchServices", "srch-norrland-claims")
CLAIMS_STORAGE: Final = within(CLAIMS, "Microsoft.Storage/storageAccounts", "stnorrlandclaims")
CLAIMS_APP: Final = within(CLAIMS, "Microsoft.Web/sites", "app-norrland-claims")
CLAIMS_PLAN: Final = within(CLAIMS, "Microsoft.Web/serverfarms", "plan-norrland-claims")
CLAIMS_KEY_IDENTITY: Final = within(
    CLAIMS, "Microsoft.ManagedIdentity/userAssignedIdentities", "id-claims-encryption"
)

HR_OPENAI: Final = within(HR, "Microsoft.CognitiveServices/accounts", "oai-norrland-hr")
HR_SEARCH: Final = within(HR, "Microsoft.Search/searchServices", "srch-norrland-hr")
HR_STORAGE: Final = within(HR, "Microsoft.Storage/storageAccounts", "stnorrlandhr")
HR_APP: Final = within(HR, "Microsoft.Web/sites", "app-norrland-hr")
HR_PLAN: Final = within(HR, "Microsoft.Web/serverfarms", "plan-norrland-hr")

_CLAIMS_SITE_HOSTS: Final = tuple(
    Host(fqdn=f"app-norrland-claims.{suffix}", address="10.40.1.13", member="sites")
    for suffix in ("azurewebsites.net", "scm.azurewebsites.net")
)

_HR_SEARCH_ENDPOINT: Final = search_endpoint("pe-hr-search", HR_SEARCH, "10.40.1.21")

ENDPOINTS: Final = (
    openai_endpoint("pe-claims-openai", CLAIMS_OPENAI, "10.40.1.10"),
    search_endpoint("pe-claims-search", CLAIMS_SEARCH, "10.40.1.11"),
    replace(
        storage_endpoint("pe-claims-blob", CLAIMS_STORAGE, "blob", "10.40.1.12"), dns_configs_shown=False
    ),
    Endpoint(name="pe-claims-app", target=CLAIMS_APP, group_id="sites", hosts=_CLAIMS_SITE_HOSTS),
    openai_endpoint("pe-hr-openai", HR_OPENAI, "10.40.1.20"),
    # Wrong: its record was made by hand and kept the address of the endpoint that stood there before.
    replace(_HR_SEARCH_ENDPOINT, recorded_at="10.40.1.18"),
    # Wrong: the request waits for approval, although network, interface and DNS are ready for it.
    replace(
        storage_endpoint("pe-hr-blob", HR_STORAGE, "blob", "10.40.1.22"),
        approved=False,
        request_message="HR assistant: blob access for document upload",
    ),
)


def claims_entries() -> Iterable[ArmObject]:
    search = search_service(CLAIMS_SEARCH)
    search["identity"] |= _with_key_identity("SystemAssigned, UserAssigned")
    storage = storage_account(CLAIMS_STORAGE)
    # The two services spell one value in two ways: with the blank and without it.
    storage["identity"] = {
        "principalId": principal_of(CLAIMS_STORAGE),
        "tenantId": TENANT,
        **_with_key_identity("SystemAssigned,UserAssigned"),
    }
    account = openai_account(CLAIMS_OPENAI)
    account["properties"]["allowedFqdnList"] = [
        f"{name_of(CLAIMS_SEARCH)}.search.windows.net",
        f"{name_of(CLAIMS_STORAGE)}.blob.core.windows.net",
    ]
    yield account
    yield search
    yield storage
    yield user_assigned_identity(CLAIMS_KEY_IDENTITY)
    yield app_plan(CLAIMS_PLAN)
    yield from web_app(CLAIMS_APP, CLAIMS_PLAN, CLAIMS_APPS_SUBNET)
    yield from shared_private_link(CLAIMS_SEARCH, "link-openai", CLAIMS_OPENAI, "openai_account")
    yield from shared_private_link(CLAIMS_SEARCH, "link-blob", CLAIMS_STORAGE, "blob")
    yield private_link_resource(CLAIMS_APP, "sites", ["sites"], ["privatelink.azurewebsites.net"])
    yield _stranger_at_the_door()
    yield from _common_entries(CLAIMS_OPENAI, CLAIMS_SEARCH, CLAIMS_STORAGE)


def _with_key_identity(identity_type: str) -> ArmObject:
    return {
        "type": identity_type,
        "userAssignedIdentities": assigned_identities(CLAIMS_KEY_IDENTITY),
    }


def _stranger_at_the_door() -> ArmObject:
    """A request from another tenant that borrows our names; only its subscription is beyond forging."""
    requester = within(
        f"/subscriptions/{STRANGER}/resourceGroups/rg-claims-chat",
        "Microsoft.Network/privateEndpoints",
        "pe-claims-openai-2",
    )
    message = "Please approve - urgent audit request"
    state = {"status": "Pending", "description": message, "actionsRequired": "None"}
    return connection(CLAIMS_OPENAI, "account", requester, state=state, seed="pe-claims-openai-2")


def hr_entries() -> Iterable[ArmObject]:
    yield _hr_account()
    yield _hr_search()
    yield _hr_storage()
    yield app_plan(HR_PLAN)
    yield from _hr_site()
    yield from shared_private_link(HR_SEARCH, "link-openai", HR_OPENAI, "openai_account")
    yield from _common_entries(HR_OPENAI, HR_SEARCH, HR_STORAGE)


def _hr_account() -> ArmObject:
    account = openai_account(HR_OPENAI)
    account["properties"]["allowedFqdnList"] = [f"{name_of(HR_STORAGE)}.blob.core.windows.net"]
    # Wrong: absent means Enabled, so only the firewall below stands before the keys.
    del account["properties"]["publicNetworkAccess"]
    return account


def _hr_search() -> ArmObject:
    search = search_service(HR_SEARCH)
    # Wrong: keys only, so every managed identity is refused whatever roles it holds.
    search["properties"] |= {"disableLocalAuth": False, "authOptions": {"apiKeyOnly": {}}}
    # The newer API versions write the same state with a capital.
    search["properties"]["publicNetworkAccess"] = "Disabled"
    return search


def _hr_storage() -> ArmObject:
    storage = storage_account(HR_STORAGE)
    # Wrong: trusted services are not let in. The rule for the search service does not help Azure OpenAI.
    storage["properties"]["networkAcls"] |= {
        "bypass": "Logging, Metrics",
        "resourceAccessRules": [{"tenantId": TENANT, "resourceId": HR_SEARCH}],
    }
    return storage


def _hr_site() -> Iterator[ArmObject]:
    office = {
        "ipAddress": "203.0.113.0/24",
        "action": "Allow",
        "priority": 100,
        "name": "norrland-offices",
        "tag": "Default",
    }
    site, configuration, sign_in = web_app(HR_APP, HR_PLAN, HR_APPS_SUBNET)
    site["properties"]["publicNetworkAccess"] = "Enabled"
    configuration["properties"] |= {
        "publicNetworkAccess": "Enabled",
        "ipSecurityRestrictions": [
            office,
            {"ipAddress": "Any", "action": "Deny", "priority": 2147483647, "name": "Deny all"},
        ],
        "ipSecurityRestrictionsDefaultAction": "Deny",
    }
    yield site
    yield configuration
    yield sign_in


def _common_entries(openai: str, search: str, storage: str) -> Iterable[ArmObject]:
    yield from model_entries(openai, ("gpt-4o", "text-embedding-3-large"))
    yield openai_link_resource(openai)
    yield search_link_resource(search)
    yield storage_link_resource(storage, "blob")
    yield diagnostic_setting(openai)
    yield diagnostic_setting(search)
    yield blob_logging(storage)
