"""``fraud-hub``: a hub behind a managed network, and ``fraud-triage``, a project that lives off it.

Wrong on purpose: the project states public access that its hub has closed, and a connection of the hub holds
a key of an account of another team, which accepts keys (see ``private_app``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from auditor.sandbox.sample import private_app
from auditor.sandbox.sample.ai_services import (
    blob_logging,
    diagnostic_setting,
    storage_account,
    storage_endpoint,
    storage_link_resource,
)
from auditor.sandbox.sample.company import FRAUD, ArmObject, within
from auditor.sandbox.sample.key_vaults import vault_endpoint, vault_entries
from auditor.sandbox.sample.managed_network import (
    Wanted,
    platform_connections,
    private_endpoint_rules,
    rule_entries,
)
from auditor.sandbox.sample.shared_services import REGISTRY
from auditor.sandbox.sample.workspaces import (
    datastores,
    managed_network,
    workspace,
    workspace_connection,
    workspace_endpoint,
    workspace_link_resource,
)

_WORKSPACES: Final = "Microsoft.MachineLearningServices/workspaces"
FRAUD_HUB: Final = within(FRAUD, _WORKSPACES, "fraud-hub")
PROJECT: Final = within(FRAUD, _WORKSPACES, "fraud-triage")
STORAGE: Final = within(FRAUD, "Microsoft.Storage/storageAccounts", "stfraudhub")
VAULT: Final = within(FRAUD, "Microsoft.KeyVault/vaults", "kv-fraud-hub")
BORROWED: Final = "underwriting-openai"

STORAGE_ENDPOINTS: Final = (
    storage_endpoint("pe-fraud-blob", STORAGE, "blob", "10.40.1.73"),
    storage_endpoint("pe-fraud-file", STORAGE, "file", "10.40.1.74"),
)
ENDPOINTS: Final = (
    workspace_endpoint("pe-fraud-hub", FRAUD_HUB, ("10.40.1.70", "10.40.1.71", "10.40.1.72")),
    *STORAGE_ENDPOINTS,
    vault_endpoint("pe-fraud-vault", VAULT, "10.40.1.75"),
)

_WANTED: Final[Wanted] = (
    ("", FRAUD_HUB, "amlworkspace"),
    ("", STORAGE, "blob"),
    ("", STORAGE, "file"),
    ("", VAULT, "vault"),
    ("", REGISTRY, "registry"),
    (BORROWED, private_app.OPENAI, "account"),
)


def fraud_entries() -> Iterable[ArmObject]:
    rules = private_endpoint_rules(_WANTED)
    yield workspace(
        FRAUD_HUB,
        "Hub",
        friendlyName="Fraud detection",
        storageAccount=STORAGE,
        keyVault=VAULT,
        containerRegistry=REGISTRY,
        enableDataIsolation=True,
        associatedWorkspaces=[PROJECT],
        workspaceHubConfig={"defaultWorkspaceResourceGroup": FRAUD},
        privateLinkCount=1,
        managedNetwork=managed_network(FRAUD_HUB, "AllowInternetOutbound", rules),
    )
    yield from rule_entries(FRAUD_HUB, rules)
    yield from platform_connections(FRAUD_HUB, _WANTED)
    yield workspace_link_resource(FRAUD_HUB)
    yield diagnostic_setting(FRAUD_HUB)
    yield _borrowed_key()
    yield _project()
    yield diagnostic_setting(PROJECT)
    yield from datastores(PROJECT, STORAGE)
    yield storage_account(STORAGE)
    yield storage_link_resource(STORAGE, "blob")
    yield storage_link_resource(STORAGE, "file")
    yield blob_logging(STORAGE)
    yield from vault_entries(VAULT)


def _project() -> ArmObject:
    """Storage, vault, registry and network are its hub's: it states none of them."""
    return workspace(
        PROJECT,
        "Project",
        friendlyName="Claim triage",
        hubResourceId=FRAUD_HUB,
        enableDataIsolation=True,
        # Wrong: the template that made it asked for the default.
        publicNetworkAccess="Enabled",
    )


def _borrowed_key() -> ArmObject:
    connection = workspace_connection(
        FRAUD_HUB, BORROWED, "AzureOpenAI", private_app.OPENAI, "openai.azure.com"
    )
    # Wrong: every project below the hub calls the account with this key, and none is known to it by name.
    connection["properties"] |= {"authType": "ApiKey", "useWorkspaceManagedIdentity": False}
    return connection
