"""search-sku-private-endpoints."""

from __future__ import annotations

from auditor.model.reasons import Reason
from auditor.model.resources.search_service import SearchService
from auditor.rule import Fail, Pass, Remedy, Severity, Source, Unknown, Verdict, View, rule
from auditor_rules.controls import controls
from auditor_rules.subjects import SEARCH_SERVICES

WITH_ENDPOINTS = frozenset(
    {"basic", "standard", "standard2", "standard3", "storage_optimized_l1", "storage_optimized_l2"}
)


@rule(
    id="search-sku-private-endpoints",
    title="Search tier supports private endpoints",
    severity=Severity.HIGH,
    rule_class="function",
    subjects=SEARCH_SERVICES,
    profiles=("private-openai", "on-your-data", "prompt-flow", "foundry"),
    remedy=Remedy(
        summary="Create a service of the Basic tier or above, rebuild the indexes there, and retire this"
        " one: a free service cannot be upgraded.",
        az=None,
        url="https://learn.microsoft.com/azure/search/search-sku-tier",
    ),
    controls=controls(policy=("a049bf77-880b-470f-ba6d-9f21c530cf83",), mcsb=("NS-2",)),
    sources=(
        Source(
            title="Create a private endpoint for Azure AI Search",
            url="https://learn.microsoft.com/azure/search/service-create-private-endpoint",
        ),
        Source(
            title="Use Azure OpenAI On Your Data securely",
            url="https://learn.microsoft.com/azure/ai-services/openai/how-to/on-your-data-configuration",
        ),
    ),
)
def search_sku_private_endpoints(service: SearchService, view: View) -> Verdict:
    """The tier of the search service allows private endpoints.

    Why
        The free tier is shared with other customers and has no private endpoints, so the service can be
        reached over public networks only and the private design cannot be built on it.
    Pass when
        The SKU is basic, standard, standard2, standard3, storage_optimized_l1 or storage_optimized_l2.
    Fail when
        The SKU is free.
    Unknown when
        The SKU is absent, null or another one, such as the serverless one of newer previews, or the service
        could not be read.
    Not applicable when
        Never.
    Evidence
        `sku.name` of `Microsoft.Search/searchServices`, api-version 2025-05-01.
    Remedy
        Move the indexes to a service of a billable tier.
    """
    sku = service.sku
    name = (sku.value or "").casefold()
    if name in WITH_ENDPOINTS:
        return Pass(message=f"the tier {name} supports private endpoints", evidence=(sku.evidence(),))
    if name == "free":
        return Fail(message="the free tier has no private endpoints", evidence=(sku.evidence(),))
    said = f"the tier {sku.value} is not one that this rule knows" if name else "no tier was answered"
    return Unknown(
        message=f"{said}: whether it supports private endpoints cannot be said",
        reason=Reason.UNEXPECTED_VALUE,
        evidence=(sku.evidence(),),
    )
