"""Where this company allows search services to be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.model.finding import Evidence
from auditor.model.resources.search_service import SearchService
from auditor.model.wire import Resource
from auditor.rule import Fail, Pass, Remedy, Severity, Source, Subject, Verdict, View, rule

ALLOWED = frozenset({"swedencentral", "northeurope"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchServices:
    """Every search service."""

    listing: tuple[type[Resource], ...] = (SearchService,)
    reads: tuple[type[Resource], ...] = ()

    def __call__(self, view: View, /) -> Iterator[Subject[SearchService]]:
        for service in view.estate.listed(SearchService):
            yield Subject(resource=service, judged=service)


@rule(
    id="example-search-location",
    title="Search service in an allowed region",
    severity=Severity.LOW,
    rule_class="function",
    subjects=SearchServices(),
    profiles=("on-your-data",),
    remedy=Remedy(summary="Create the service anew in an allowed region.", az=None),
    sources=(
        Source(title="Choose a region", url="https://learn.microsoft.com/azure/search/search-region-support"),
    ),
)
def example_search_location(service: SearchService, view: View) -> Verdict:
    """The search service is in a region that the company allows.

    Why
        Documents are copied into the index and must stay in the regions that were agreed on.
    Pass when
        `location` is one of the allowed regions.
    Fail when
        It is another one.
    Unknown when
        The service could not be read.
    Not applicable when
        Never.
    Evidence
        `location` of `Microsoft.Search/searchServices`.
    Remedy
        Create the service anew in an allowed region.
    """
    seen = Evidence(resource=service.id.text, path="location", value=service.location)
    if (service.location or "").replace(" ", "").lower() in ALLOWED:
        return Pass(message=f"{service.location} is allowed", evidence=(seen,))
    return Fail(message=f"{service.location} is not an allowed region", evidence=(seen,))
