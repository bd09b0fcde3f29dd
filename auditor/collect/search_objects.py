"""Indexes, data sources, skillsets and indexers of search services, read from the services themselves.

Each of the actions is one of the control plane (`Microsoft.Search/searchServices/indexes/read`), granted by
Reader and Search Service Contributor, and not by Search Index Data Reader, which may query documents alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from auditor.collect.refusal import NO_TOKEN, ReadFailed
from auditor.collect.source import Ask, Selection, Source
from auditor.model.estate import Estate
from auditor.model.finding import Gap, Undecided
from auditor.model.ids import ArmId
from auditor.model.reach import DATA_PLANE
from auditor.model.reasons import Reason
from auditor.model.resources.search_objects import SEARCH_OBJECTS
from auditor.model.resources.search_service import SearchService
from auditor.model.wire import Resource

API_VERSION = "2024-07-01"
WHY = "the first stable version with vectorizers; later ones add nothing that is read here"

_KEYS_ONLY = (
    "the service takes API keys alone, so that no token opens it: allow roles too"
    " (search-role-based-access); keys are never used here"
)
_NOT_FROM_HERE = "run where its private endpoint is reached and its name leads to it"


def _of_each_service(of: type[Resource]) -> Callable[[Estate, Selection], Iterable[Ask | Gap]]:
    segment = of.ARM_TYPE.rpartition("/")[2]

    def asks(estate: Estate, _selection: Selection) -> Iterable[Ask | Gap]:
        for service in estate.listed(SearchService):
            if _takes_tokens(service):
                path = f"/{service.id.name}/{segment.lower()}"
                yield Ask(scope=service.id, paths=(path,), explain=partial(_explained, service))
            else:
                yield _closed(of, service.id)

    return asks


def _takes_tokens(service: SearchService) -> bool:
    try:
        return service.takes_tokens
    except Undecided:
        return True  # the service itself will tell


def _closed(of: type[Resource], service: ArmId) -> Gap:
    return Gap(scope=service, what=of.ARM_TYPE, reason=Reason.DATA_PLANE_UNREACHABLE, detail=_KEYS_ONLY)


def _explained(service: SearchService, failure: ReadFailed) -> ReadFailed:
    """A refusal for the address that asks and one for a missing action are the same bare 403."""
    name = service.id.name
    if failure.code == NO_TOKEN:
        return _unreachable(failure, f"no token for search services: {failure.detail}")
    if failure.reason in (Reason.UNREACHABLE, Reason.TIMEOUT):
        said = f"{name} does not answer from here ({failure.detail}): {_NOT_FROM_HERE}"
        return _unreachable(failure, said)
    if failure.status == 403 and failure.action is None and not service.admits_everyone:
        said = (
            f"{name} is not open to every address and answers 403, as it does to an address that it does not"
            f" admit and to who lacks the action: {_NOT_FROM_HERE}, as Reader or Search Service Contributor"
        )
        return _unreachable(failure, said)
    return failure


def _unreachable(failure: ReadFailed, said: str) -> ReadFailed:
    return ReadFailed(
        reason=Reason.DATA_PLANE_UNREACHABLE, status=failure.status, code=failure.code, detail=said
    )


def _name(body: Mapping[str, Any]) -> str:
    found = body.get("name")
    return found if isinstance(found, str) else ""


SOURCES = tuple(
    Source(
        record=of,
        api_version=API_VERSION,
        why=WHY,
        asks=_of_each_service(of),
        requires=(SearchService,),
        names=_name,
        endpoint="search",
        step=DATA_PLANE,
    )
    for of in SEARCH_OBJECTS
)
