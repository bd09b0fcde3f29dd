"""Which private DNS zones a private endpoint needs: by target type, group, kind and cloud.

ARM itself is the authority (`{target}/privateLinkResources`, `requiredZoneNames`); this table serves where
that was not read. Source: https://learn.microsoft.com/azure/private-link/private-endpoint-dns; names that no
official page confirms are marked and come from public templates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from auditor.model.ids import same_text

PUBLIC, GOVERNMENT, CHINA = "AzureCloud", "AzureUSGovernment", "AzureChinaCloud"
_STORAGE_GROUPS = ("blob", "file", "queue", "table", "dfs", "web")
_STORAGE_SUFFIX = {
    PUBLIC: "core.windows.net",
    GOVERNMENT: "core.usgovcloudapi.net",
    CHINA: "core.chinacloudapi.cn",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneNeed:
    """The zones of one group. `kinds` empty means every kind of the target.

    `zones` maps a cloud to its names: all are needed, but any one of them where `contested` names the cloud.
    `unconfirmed` are clouds of which no official page confirms the names.
    """

    target_type: str
    group: str
    zones: Mapping[str, tuple[str, ...]]
    kinds: tuple[str, ...] = ()
    contested: tuple[str, ...] = ()
    unconfirmed: tuple[str, ...] = ()

    def applies_to(self, target_type: str, group: str, kind: str | None) -> bool:
        if not (same_text(self.target_type, target_type) and same_text(self.group, group)):
            return False
        return not self.kinds or any(same_text(kind or "", known) for known in self.kinds)


def _one(public: str, government: str, china: str) -> dict[str, tuple[str, ...]]:
    return {PUBLIC: (public,), GOVERNMENT: (government,), CHINA: (china,)}


_ACCOUNTS = "Microsoft.CognitiveServices/accounts"

ZONES: tuple[ZoneNeed, ...] = (
    ZoneNeed(
        target_type=_ACCOUNTS,
        group="account",
        zones=_one(
            "privatelink.cognitiveservices.azure.com",
            "privatelink.cognitiveservices.azure.us",
            "privatelink.cognitiveservices.azure.cn",
        ),
        unconfirmed=(CHINA,),
    ),
    ZoneNeed(
        target_type=_ACCOUNTS,
        group="account",
        zones=_one(
            "privatelink.openai.azure.com", "privatelink.openai.azure.us", "privatelink.openai.azure.cn"
        ),
        kinds=("OpenAI", "AIServices"),
        unconfirmed=(GOVERNMENT, CHINA),
    ),
    ZoneNeed(
        target_type=_ACCOUNTS,
        group="account",
        zones={PUBLIC: ("privatelink.services.ai.azure.com",), CHINA: ("privatelink.services.ai.azure.cn",)},
        kinds=("AIServices",),
        unconfirmed=(GOVERNMENT, CHINA),
    ),
    ZoneNeed(
        target_type="Microsoft.Search/searchServices",
        group="searchService",
        zones={
            PUBLIC: ("privatelink.search.windows.net",),
            GOVERNMENT: ("privatelink.search.windows.us", "privatelink.search.azure.us"),
            CHINA: ("privatelink.search.azure.cn",),
        },
        contested=(GOVERNMENT,),
        unconfirmed=(CHINA,),
    ),
    *(
        ZoneNeed(
            target_type="Microsoft.Storage/storageAccounts",
            group=group,
            zones={cloud: (f"privatelink.{group}.{suffix}",) for cloud, suffix in _STORAGE_SUFFIX.items()},
        )
        for group in _STORAGE_GROUPS
    ),
    ZoneNeed(
        target_type="Microsoft.MachineLearningServices/workspaces",
        group="amlworkspace",
        zones={
            PUBLIC: ("privatelink.api.azureml.ms", "privatelink.notebooks.azure.net"),
            GOVERNMENT: ("privatelink.api.ml.azure.us", "privatelink.notebooks.usgovcloudapi.net"),
            CHINA: ("privatelink.api.ml.azure.cn", "privatelink.notebooks.chinacloudapi.cn"),
        },
    ),
    ZoneNeed(
        target_type="Microsoft.KeyVault/vaults",
        group="vault",
        zones=_one(
            "privatelink.vaultcore.azure.net",
            "privatelink.vaultcore.usgovcloudapi.net",
            "privatelink.vaultcore.azure.cn",
        ),
    ),
    ZoneNeed(
        target_type="Microsoft.ContainerRegistry/registries",
        group="registry",
        zones=_one("privatelink.azurecr.io", "privatelink.azurecr.us", "privatelink.azurecr.cn"),
        unconfirmed=(GOVERNMENT, CHINA),
    ),
    ZoneNeed(
        target_type="Microsoft.Web/sites",
        group="sites",
        zones=_one(
            "privatelink.azurewebsites.net",
            "privatelink.azurewebsites.us",
            "privatelink.chinacloudsites.cn",
        ),
    ),
)


def needs_of(target_type: str, group: str, kind: str | None) -> tuple[ZoneNeed, ...]:
    """The zones that an endpoint of this group needs; empty for a type or group of which nothing is known."""
    return tuple(need for need in ZONES if need.applies_to(target_type, group, kind))
