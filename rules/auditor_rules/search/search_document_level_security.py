"""search-document-level-security."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.model.declared import DocumentLevelSecurity
from auditor.model.finding import NotApplicable
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.resources.search_service import SearchService
from auditor.model.wire import Resource
from auditor.relate.workloads import READS as RELATION_READS
from auditor.relate.workloads import members_of
from auditor.rule import Excluded, Remedy, Severity, Source, Subject, Unknown, Verdict, View, rule
from auditor_rules.controls import controls


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

    def __call__(self, view: View, /) -> Iterator[Subject[DocumentLevelSecurity] | Excluded]:
        for service in view.estate.listed(SearchService):
            declared = tuple(dict.fromkeys(_declared(view, service.id)))
            if not declared:
                said = "no declared workload trims results of this service per reader"
                verdict = NotApplicable(message=said, reason=Reason.NOT_DECLARED)
                yield Excluded(resource=service, verdict=verdict)
            for trimmed in declared:
                yield Subject(resource=service, judged=trimmed, related=(trimmed.index,))


def _declared(view: View, service: ArmId) -> Iterator[DocumentLevelSecurity]:
    partners = view.relations.partners_of.get(service, {})
    for workload in view.declared.workloads:
        if (trimmed := workload.document_level_security) is None:
            continue
        members = members_of(workload)
        named = members.get("search")
        others = (rid for ids in members.values() for rid in ids)
        if service in named if named else any(rid in partners for rid in others):
            yield trimmed


@rule(
    id="search-document-level-security",
    title="Documents are trimmed by the reader's groups",
    severity=Severity.MEDIUM,
    rule_class="exposure",
    subjects=TrimmedIndexes(),
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
def search_document_level_security(trimmed: DocumentLevelSecurity, view: View) -> Verdict:
    """The declared index has the field by which results are trimmed to the reader's groups.

    Why
        Whoever may ask the model may read, through its answers, every document of the index. Where documents
        are meant for some groups only, the field and its mapping are the only thing that keeps them apart.
    Pass when
        Never: the index's fields are answered by the search service itself, not by ARM, and are not read.
    Fail when
        Never, for the same reason.
    Unknown when
        A declared workload says that results are trimmed per reader (`document_level_security`): whether the
        index has the field, as a filterable Collection(Edm.String), and whether the web app maps it, has to
        be looked at by hand.
    Not applicable when
        No declared workload of the service says so.
    Evidence
        The workload file. That each request carries the filter, and which groups it names, is not provable
        from ARM in any case.
    Remedy
        Add the field, index the documents again, and redeploy the web app with the field mapped. A mapping
        that is absent means that nothing is trimmed.
    """
    return Unknown(
        message=f"whether the index {trimmed.index} has the filterable field {trimmed.field}, and whether"
        " the web app maps it, is answered by the search service and the app's settings only, which were not"
        " read: look at both by hand",
        reason=Reason.DATA_PLANE_UNREACHABLE,
    )
