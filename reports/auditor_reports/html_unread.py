"""What may be missing from every map because its list could not be read: said on the map, never left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping

from auditor.model.finding import Gap
from auditor_reports.visible import shortened, visible

_SHOWN = 3
_NAME_LIMIT = 120
# The lists that things on a map come from, by ARM type in lower case.
_LISTS = {
    "microsoft.network/privateendpoints": "private endpoints",
    "microsoft.network/virtualnetworks": "virtual networks",
    "microsoft.network/privatednszones": "private DNS zones",
    "microsoft.authorization/roleassignments": "role assignments",
    "microsoft.authorization/roledefinitions": "role definitions",
    "microsoft.cognitiveservices/accounts": "AI services accounts",
    "microsoft.search/searchservices": "search services",
    "microsoft.storage/storageaccounts": "storage accounts",
    "microsoft.machinelearningservices/workspaces": "workspaces",
    "microsoft.keyvault/vaults": "key vaults",
    "microsoft.containerregistry/registries": "registries",
    "microsoft.web/sites": "web apps",
    "microsoft.app/containerapps": "container apps",
}


def unread_lists(gaps: Iterable[Gap], names: Mapping[str, str]) -> list[str]:
    """A sentence for each place and cause, the first few, then how many more there are.

    Gaps of a single resource are not among them: it stands on the map and says so itself.
    """
    found: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for gap in gaps:
        title = _LISTS.get(gap.what.lower())
        if title is not None and gap.scope.resource_type is None:
            status = f", HTTP {gap.http_status}" if gap.http_status else ""
            place = gap.scope.subscription or gap.scope
            found[place.text, f"{gap.reason.value}{status}"][title] = None
    said = [_sentence(place, cause, titles, names) for (place, cause), titles in found.items()]
    more = len(said) - _SHOWN
    return [*said[:_SHOWN], *([f"And of {more} more places: see the gaps."] if more > 0 else [])]


def _sentence(place: str, cause: str, titles: Container[str], names: Mapping[str, str]) -> str:
    guid = place.rpartition("/")[2].lower()
    name = visible(shortened(names.get(guid, place), _NAME_LIMIT))
    listed = [title for title in _LISTS.values() if title in titles]
    return f"Not read of {name} ({cause}), and perhaps missing here: {', '.join(listed)}."
