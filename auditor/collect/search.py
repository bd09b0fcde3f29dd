"""Azure AI Search services, with their connections and shared private links."""

from __future__ import annotations

from auditor.collect.source import Source, below_each, in_each_subscription
from auditor.model.resources.connection import SearchConnection
from auditor.model.resources.search_service import SearchService, SharedPrivateLink

API_VERSION = "2025-05-01"
WHY = "networkRuleSet.bypass is invisible before 2024-03-01-preview; 2025-05-01 is the first stable with it"

SOURCES = (
    Source(
        record=SearchService,
        api_version=API_VERSION,
        why=WHY,
        asks=in_each_subscription(SearchService),
    ),
    Source(
        record=SearchConnection,
        api_version=API_VERSION,
        why=WHY,
        asks=below_each(SearchConnection, SearchService),
        requires=(SearchService,),
    ),
    Source(
        record=SharedPrivateLink,
        api_version=API_VERSION,
        why=WHY,
        asks=below_each(SharedPrivateLink, SearchService),
        requires=(SearchService,),
    ),
)
