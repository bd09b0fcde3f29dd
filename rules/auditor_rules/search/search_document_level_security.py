"""search-document-level-security."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from auditor.model.estate import Estate
from auditor.model.finding import NotApplicable, NotRead
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.resources.app_settings import ContainerAppSettings, SiteSettings
from auditor.model.resources.search_objects import SearchIndex
from auditor.model.resources.search_service import SearchService
from auditor.model.wire import Resource
from auditor.relate.workloads import READS as RELATION_READS
from auditor.relate.workloads import members_of
from auditor.rule import (
    Excluded,
    Pass,
    Remedy,
    Severity,
    Source,
    Subject,
    Unknown,
    Verdict,
    View,
    attempt,
    rule,
    unknown_of,
    worst,
)
from auditor_rules.controls import controls
from auditor_rules.search.trimming import Trimming, judge_field, judge_mapping

NOT_PROVABLE = (
    "that each request carries the filter, and that documents and readers have the right groups, is not seen"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrimmedIndexes:
    """Each index that a declared workload trims by the reader's groups; related is the index's name.

    A workload that names no search service means those that its other members are tied to.
    """

    @property
    def listing(self) -> tuple[type[Resource], ...]:
        return (SearchService,)

    @property
    def reads(self) -> tuple[type[Resource], ...]:
        return RELATION_READS

    def __call__(self, view: View, /) -> Iterator[Subject[Trimming] | Excluded]:
        for service in view.estate.listed(SearchService):
            declared = tuple(_united(_declared(view, service.id)))
            if not declared:
                said = "no declared workload trims results of this service per reader"
                verdict = NotApplicable(message=said, reason=Reason.NOT_DECLARED)
                yield Excluded(resource=service, verdict=verdict)
            for trimming in declared:
                yield Subject(resource=service, judged=trimming, related=(trimming.index,))


def _declared(view: View, service: ArmId) -> Iterator[Trimming]:
    partners = view.relations.partners_of.get(service, {})
    for workload in view.declared.workloads:
        if (trimmed := workload.document_level_security) is None:
            continue
        members = members_of(workload)
        named = members.get("search")
        others = (rid for ids in members.values() for rid in ids)
        if service in named if named else any(rid in partners for rid in others):
            yield Trimming(
                service=service, index=trimmed.index, field=trimmed.field, apps=members.get("web_app", ())
            )


def _united(found: Iterable[Trimming]) -> Iterator[Trimming]:
    """One for each index and field: workloads that share them are judged by all their apps."""
    by_field: dict[tuple[str, str], Trimming] = {}
    for each in found:
        known = by_field.get((each.index, each.field), each)
        by_field[each.index, each.field] = replace(each, apps=tuple(dict.fromkeys((*known.apps, *each.apps))))
    yield from by_field.values()


@rule(
    id="search-document-level-security",
    title="Documents are trimmed by the reader's groups",
    severity=Severity.MEDIUM,
    rule_class="exposure",
    subjects=TrimmedIndexes(),
    reads=(SearchIndex, SiteSettings, ContainerAppSettings),
    profiles=("on-your-data",),
    remedy=Remedy(
        summary="Add a filterable field of the type Collection(Edm.String) to the index, fill it for every"
        " document, and redeploy the web app with AZURE_SEARCH_PERMITTED_GROUPS_COLUMN naming it.",
        az=None,
        url="https://learn.microsoft.com/azure/ai-services/openai/how-to/on-your-data-configuration",
    ),
    controls=controls(mcsb=("PA-7",), nist=("AC-3",)),
    sources=(
        Source(
            title="Use Azure OpenAI On Your Data securely",
            url="https://learn.microsoft.com/azure/ai-services/openai/how-to/on-your-data-configuration",
        ),
        Source(
            title="Security filters for trimming results in Azure AI Search",
            url="https://learn.microsoft.com/azure/search/search-security-trimming-for-azure-search",
        ),
    ),
)
def search_document_level_security(trimming: Trimming, view: View) -> Verdict:
    """The declared index has the field by which results are trimmed to the reader's groups.

    Why
        Whoever may ask the model may read, through its answers, every document of the index. Where documents
        are meant for some groups only, the field and its mapping are the only thing that keeps them apart.
    Pass when
        With --data-plane and --read-app-settings: the index has the field, of the type
        Collection(Edm.String) and filterable, and every web app or container app of the workload that uses
        the index names the field in AZURE_SEARCH_PERMITTED_GROUPS_COLUMN.
    Fail when
        The index is not there; it has no such field at its top, or one of another type or not filterable; or
        an app's setting is absent or empty, which turns trimming off, or names another field.
    Unknown when
        Either step was not asked for; the service cannot be reached from here, takes keys alone, or refuses
        (`Microsoft.Search/searchServices/indexes/read`, which Reader and Search Service Contributor hold and
        Search Index Data Reader does not); the settings may not be listed
        (`Microsoft.Web/sites/config/list/action`) or refer to a secret; or no app of the workload is known
        that uses the index: declare `web_app`.
    Not applicable when
        No declared workload of the service says so.
    Evidence
        From the service itself, api-version 2024-07-01, the field's `type` and `filterable` in the index; of
        an app's setting that it is there, never what it says. That each request carries the filter, that
        documents hold the right groups, and which groups a reader is in is not provable from either.
    Remedy
        Add the field, index the documents again, and redeploy the web app with the field mapped. A mapping
        that is absent means that nothing is trimmed.
    """
    estate = view.estate
    if SearchIndex in estate.left_out and SiteSettings in estate.left_out:
        return Unknown(
            message=f"whether the index {trimming.index} has the filterable field {trimming.field}, and"
            " whether the web app maps it, is answered by the search service and the app's settings only,"
            " which were not read: read them with --data-plane and --read-app-settings, or look by hand",
            reason=Reason.DATA_PLANE_UNREACHABLE,
        )
    checks = [attempt(partial(judge_field, estate, trimming)), *_mappings(view, trimming)]
    verdict = worst(checks, own=Severity.MEDIUM)
    if not isinstance(verdict, Pass):
        return verdict
    seen = tuple(evidence for check in checks for evidence in check.evidence)
    said = f"the index {trimming.index} has the filterable field {trimming.field}, and the app maps it"
    return Pass(message=said, evidence=seen, notes=(NOT_PROVABLE,))


def _mappings(view: View, trimming: Trimming) -> Iterator[Verdict]:
    """What each app's setting comes to, and unknown where no app is known to use the index."""
    tied = view.relations.partners(trimming.service, "web_app")
    apps = trimming.apps or tuple(app for app, tie in tied if tie != "suggested")
    found = [attempt(partial(judge_mapping, view.estate, trimming, app)) for app in apps]
    used = [verdict for verdict in found if not isinstance(verdict, NotApplicable)]
    yield from used or (_no_app(view.estate, trimming),)


def _no_app(estate: Estate, trimming: Trimming) -> Unknown:
    """Settings tell which app uses the index, so where some were not read, that is why none is known."""
    for of in (SiteSettings, ContainerAppSettings):
        if (step := estate.left_out.get(of)) is not None:
            said = f"which app uses the index {trimming.index} is told by its settings"
            return Unknown(message=f"{said}: read them with {step.flag}", reason=step.reason)
        for gap in estate.gaps(of):
            if gap.scope.subscription == trimming.service.subscription:
                return unknown_of(NotRead(gap))
    said = (
        f"no app of the workload is known that uses the index {trimming.index}, so whether the field is"
        " mapped is not known: declare web_app"
    )
    return Unknown(message=said, reason=Reason.AMBIGUOUS)
