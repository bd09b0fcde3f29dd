"""Azure AI Search services, with their connections and shared private links."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.collect.source import Ask, Selection, Source, below_each, in_each_subscription
from auditor.model.estate import Estate
from auditor.model.resources.connection import SearchConnection
from auditor.model.resources.perimeter import SearchPerimeterConfiguration
from auditor.model.resources.search_service import SearchService, SharedPrivateLink

API_VERSION = "2025-05-01"
WHY = "networkRuleSet.bypass is invisible before 2024-03-01-preview; 2025-05-01 is the first stable with it"


def _secured_services(estate: Estate, _selection: Selection) -> Iterable[Ask]:
    """The others' verdicts do not depend on a perimeter, so one request for each of them is spared."""
    for service in estate.listed(SearchService):
        if service.public_network_access.meaning == "SecuredByPerimeter":
            path = f"{service.id}/networkSecurityPerimeterConfigurations"
            yield Ask(scope=service.id, paths=(path,))


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
    Source(
        record=SearchPerimeterConfiguration,
        api_version=API_VERSION,
        why=WHY,
        asks=_secured_services,
        requires=(SearchService,),
    ),
)
