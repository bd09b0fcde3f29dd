"""``servicing-agents``: a Foundry account whose agents run in a subnet of ours, where all is right."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from auditor.sandbox.sample.ai_services import (
    blob_logging,
    diagnostic_setting,
    model_entries,
    openai_account,
    search_endpoint,
    search_link_resource,
    search_service,
    storage_account,
    storage_endpoint,
    storage_link_resource,
)
from auditor.sandbox.sample.company import (
    LOCATION,
    SERVICING,
    ArmObject,
    child,
    created_by_pipeline,
    entry,
    etag,
    guid,
    name_of,
    system_identity,
    within,
)
from auditor.sandbox.sample.endpoints import Endpoint, Host, private_link_resource
from auditor.sandbox.sample.network import AGENTS_SUBNET

ACCOUNT: Final = within(SERVICING, "Microsoft.CognitiveServices/accounts", "aif-norrland-servicing")
SEARCH: Final = within(SERVICING, "Microsoft.Search/searchServices", "srch-norrland-servicing")
STORAGE: Final = within(SERVICING, "Microsoft.Storage/storageAccounts", "stnorrlandservicing")
PROJECT: Final = child(ACCOUNT, "projects", "servicing")

_SUFFIXES: Final = ("cognitiveservices.azure.com", "openai.azure.com", "services.ai.azure.com")

ENDPOINTS: Final = (
    Endpoint(
        name="pe-servicing-foundry",
        target=ACCOUNT,
        group_id="account",
        hosts=tuple(
            Host(fqdn=f"aif-norrland-servicing.{suffix}", address=f"10.40.1.{60 + number}", member=member)
            for number, (suffix, member) in enumerate(
                zip(_SUFFIXES, ("default", "secondary", "third"), strict=True)
            )
        ),
    ),
    search_endpoint("pe-servicing-search", SEARCH, "10.40.1.63"),
    storage_endpoint("pe-servicing-blob", STORAGE, "blob", "10.40.1.64"),
)


def agent_entries() -> Iterable[ArmObject]:
    yield _account()
    yield from model_entries(ACCOUNT, ("gpt-4o",))
    yield private_link_resource(
        ACCOUNT, "account", ["default", "secondary", "third"], [f"privatelink.{name}" for name in _SUFFIXES]
    )
    yield diagnostic_setting(ACCOUNT)
    yield search_service(SEARCH)
    yield search_link_resource(SEARCH)
    yield diagnostic_setting(SEARCH)
    yield storage_account(STORAGE)
    yield storage_link_resource(STORAGE, "blob")
    yield blob_logging(STORAGE)
    yield _project()
    yield _connection("servicing-files", "AzureStorageAccount", STORAGE, "blob.core.windows.net")
    yield _connection("servicing-knowledge", "CognitiveSearch", SEARCH, "search.windows.net")
    yield from _capability_hosts()


def _account() -> ArmObject:
    account = openai_account(ACCOUNT)
    account["kind"] = "AIServices"
    account["properties"] |= {
        "endpoint": f"https://{name_of(ACCOUNT)}.cognitiveservices.azure.com/",
        "allowProjectManagement": True,
        "networkInjections": [
            {"scenario": "agent", "subnetArmId": AGENTS_SUBNET, "useMicrosoftManagedNetwork": False}
        ],
    }
    return account


def _project() -> ArmObject:
    # Azure names it with its account before it.
    return entry(
        PROJECT,
        name=f"{name_of(ACCOUNT)}/{name_of(PROJECT)}",
        location=LOCATION,
        kind="AIServices",
        etag=etag(PROJECT),
        tags={},
        identity=system_identity(PROJECT),
        systemData=created_by_pipeline(),
        properties={
            "provisioningState": "Succeeded",
            "displayName": "Policy servicing",
            "isDefault": True,
            "internalId": guid("project", PROJECT).replace("-", ""),
            "endpoints": {
                "AI Foundry API": f"https://{name_of(ACCOUNT)}.services.ai.azure.com/api/projects/servicing"
            },
        },
    )


def _connection(name: str, category: str, target: str, suffix: str) -> ArmObject:
    return entry(
        child(PROJECT, "connections", name),
        location=None,
        systemData=created_by_pipeline(),
        properties={
            "category": category,
            "authType": "AAD",
            "target": f"https://{name_of(target)}.{suffix}/",
            "isSharedToAll": False,
            "group": "AzureAI",
            "error": None,
            "peRequirement": "NotRequired",
            "peStatus": "NotApplicable",
            "metadata": {"ApiType": "Azure", "ResourceId": target, "location": LOCATION},
        },
    )


def _capability_hosts() -> Iterable[ArmObject]:
    """The account's own host is made by the service when a subnet is injected; it names no connections."""
    yield entry(
        child(ACCOUNT, "capabilityHosts", f"{name_of(ACCOUNT)}@aml_aiagentservice"),
        properties={
            "provisioningState": "Succeeded",
            "capabilityHostKind": "Agents",
            "customerSubnet": AGENTS_SUBNET,
        },
    )
    yield entry(
        child(PROJECT, "capabilityHosts", "agents"),
        properties={
            "provisioningState": "Succeeded",
            "capabilityHostKind": "Agents",
            "storageConnections": ["servicing-files"],
            "vectorStoreConnections": ["servicing-knowledge"],
            "threadStorageConnections": [],
        },
    )
