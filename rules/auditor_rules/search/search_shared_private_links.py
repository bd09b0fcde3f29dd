"""search-shared-private-links."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from auditor.model.estate import Estate
from auditor.model.finding import NotApplicable
from auditor.model.reasons import Reason
from auditor.model.resources.search_objects import SearchIndexer
from auditor.model.resources.search_service import SearchService, SharedPrivateLink
from auditor.rule import Fail, Pass, Remedy, Severity, Source, Verdict, View, attempt, rule, worst
from auditor_rules.search.indexers import READS as INDEXER_READS
from auditor_rules.search.indexers import judge_indexers
from auditor_rules.search.links import (
    EMBEDDING_GROUP,
    SMALL_TIERS,
    judge_feasibility,
    judge_state,
    judge_twins,
)
from auditor_rules.subjects import SEARCH_SERVICES

OWN = Severity.MEDIUM
INDEXERS = (
    "whether indexers that use a link run in the private environment is seen only through the service's own"
    " API, which was not read: read it with --data-plane"
)
SKILLSETS = (
    "a link to Azure OpenAI serves embedding skills only in high-capacity regions, and vectorisers at query"
    " time on any billable tier: which of them uses it is not in ARM"
)


@rule(
    id="search-shared-private-links",
    title="Shared private links are healthy and feasible",
    severity=OWN,
    rule_class="function",
    subjects=SEARCH_SERVICES,
    reads=(SharedPrivateLink, *INDEXER_READS),
    profiles=("on-your-data", "foundry"),
    remedy=Remedy(
        summary="Bring every link to Approved and Succeeded, or delete those that nothing uses.",
        az="az search shared-private-link-resource list --service-name {name} -g {group}"
        " --subscription {subscription}",
    ),
    sources=(
        Source(
            title="Make outbound connections through a shared private link",
            url="https://learn.microsoft.com/azure/search/search-indexer-howto-access-private",
        ),
        Source(
            title="Service limits in Azure AI Search",
            url="https://learn.microsoft.com/azure/search/search-limits-quotas-capacity",
        ),
        Source(
            title="Use Azure OpenAI On Your Data securely",
            url="https://learn.microsoft.com/azure/ai-services/openai/how-to/on-your-data-configuration",
        ),
    ),
)
def search_shared_private_links(service: SearchService, view: View) -> Verdict:
    """Every shared private link of the search service is approved, provisioned, single, and possible.

    Why
        A link is Search's own way to a private storage account or model. One that waits, was refused or broke
        makes indexers fail or go round it over public networks, and one that the tier does not allow never
        carries a call.
    Pass when
        Every link is Approved and its provisioning Succeeded, no two lead to the same resource and group, and
        the service's tier and age allow what each link's group is for. With --data-plane also: every indexer
        whose data source or skillset leads where a link leads runs in the private environment.
    Fail when
        A link is Pending, Rejected or Disconnected, or its provisioning Failed or is Incomplete. Two links
        lead to the same resource and group. The tier is free. A link to Azure OpenAI (`openai_account`,
        embedding skills) is on a Basic or Standard 1 service neither created nor upgraded after 3 April 2024.
        A link for other skills (`sites`, `cognitiveservices_account`) is on a Basic service, or on a Standard
        1 service that is older than that. Standard 2 and above and the storage-optimised tiers are always
        allowed. With --data-plane also: an indexer reads the resource of a link, or has skills that call it,
        and its `executionEnvironment` is not `private` (absent means `standard`): it goes round the link.
    Unknown when
        A link states no status or no provisioning state, or is being changed; the tier is not known, or the
        service's date is needed and absent; the links or the service could not be read. With --data-plane
        also: the service cannot be reached from here, takes keys alone, or refuses; or an indexer that does
        not run privately reads a store that its data source does not name (a connection string with keys is
        never given back). Without --data-plane indexers are a note.
    Not applicable when
        The service has no shared private link.
    Evidence
        `sharedPrivateLinkResources` of the service, `sku.name`, `properties.serviceUpgradedAt` and
        `systemData.createdAt`, api-version 2025-05-01; from the service itself, api-version 2024-07-01, the
        indexers' `parameters.configuration.executionEnvironment`, their data sources and skillsets.
        Sources disagree on the tier: older On Your Data pages say that skillsets need Standard 2; the page on
        shared private links (September 2025) says Basic for embedding skills and Standard 1 for others on
        services made after 3 April 2024. The newer page is followed. Regions and clouds without links to
        Azure OpenAI are not judged.
    Remedy
        Approve a pending request on its target; delete and recreate a link that was refused or broke; delete
        a duplicate; move to a tier that allows the link; let indexers that need it run privately.
    """
    links = view.estate.children(SharedPrivateLink, service.id)
    if not links:
        return NotApplicable(message="the service has no shared private link", reason=Reason.NOT_USED)
    notes = tuple(_notes(service, links, view.estate))
    verdict = worst(_checks(service, links, view.estate), own=OWN)
    if isinstance(verdict, Pass):
        return _all_well(links, notes)
    return replace(verdict, notes=(*verdict.notes, *notes)) if isinstance(verdict, Fail) else verdict


def _checks(service: SearchService, links: Sequence[SharedPrivateLink], estate: Estate) -> Iterator[Verdict]:
    yield attempt(lambda: judge_twins(links))
    for link in links:
        yield attempt(partial(judge_state, link))
        yield attempt(partial(judge_feasibility, service, link))
    if SearchIndexer not in estate.left_out:
        yield attempt(partial(judge_indexers, estate, service, links, OWN))


def _all_well(links: Sequence[SharedPrivateLink], notes: tuple[str, ...]) -> Pass:
    names = ", ".join(link.name for link in links)
    seen = tuple(fact.evidence() for link in links for fact in (link.status, link.provisioning_state))
    said = (
        "every shared private link is approved" if len(links) > 1 else "the shared private link is approved"
    )
    return Pass(message=f"{said} and provisioned: {names}", evidence=seen, notes=notes)


def _notes(service: SearchService, links: Sequence[SharedPrivateLink], estate: Estate) -> Iterator[str]:
    if SearchIndexer in estate.left_out:
        yield INDEXERS
    groups = {str(link.group.meaning).casefold() for link in links}
    if str(service.sku.meaning).casefold() in SMALL_TIERS and EMBEDDING_GROUP in groups:
        yield SKILLSETS
