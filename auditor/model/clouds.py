"""The Azure clouds, from one table: where Resource Manager is, what tokens are for, who signs people in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    """`arm_url` and `authority` without a trailing slash. `scope` is what a token is asked for.

    `storage_suffix` and `search_suffix` are the public name suffixes of the services, `search_scope` is what
    a token for a search service's own endpoint is asked for. `verifies_authority` is False for clouds that
    were given by their address: Entra's public directory does not know them.
    """

    name: str
    arm_url: str
    scope: str
    authority: str
    storage_suffix: str
    search_suffix: str
    search_scope: str
    verifies_authority: bool = True


# azure.mgmt.core.tools.get_arm_endpoints gives the same URLs and audiences (azure-mgmt-core 1.6.0);
# suffixes: https://learn.microsoft.com/azure/private-link/private-endpoint-dns;
# search audiences: https://learn.microsoft.com/javascript/api/@azure/search-documents/knownsearchaudience
CLOUDS: Mapping[str, Cloud] = {
    cloud.name: cloud
    for cloud in (
        Cloud(
            name="AzureCloud",
            arm_url="https://management.azure.com",
            scope="https://management.azure.com/.default",
            authority="https://login.microsoftonline.com",
            storage_suffix="core.windows.net",
            search_suffix="search.windows.net",
            search_scope="https://search.azure.com/.default",
        ),
        Cloud(
            name="AzureUSGovernment",
            arm_url="https://management.usgovcloudapi.net",
            scope="https://management.core.usgovcloudapi.net/.default",
            authority="https://login.microsoftonline.us",
            storage_suffix="core.usgovcloudapi.net",
            search_suffix="search.azure.us",
            search_scope="https://search.azure.us/.default",
        ),
        Cloud(
            name="AzureChinaCloud",
            arm_url="https://management.chinacloudapi.cn",
            scope="https://management.chinacloudapi.cn/.default",
            authority="https://login.chinacloudapi.cn",
            storage_suffix="core.chinacloudapi.cn",
            search_suffix="search.azure.cn",
            search_scope="https://search.azure.cn/.default",
        ),
    )
}
