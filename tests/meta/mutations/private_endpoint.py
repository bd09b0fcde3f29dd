"""Private endpoints, and who asks for them."""

from __future__ import annotations

from auditor.sandbox.sample.company import STRANGER
from auditor.sandbox.sample.endpoints import SPOKE
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI, CLAIMS_SEARCH, HR_STORAGE
from tests.meta.mutations.changes import drop, every, put, twin
from tests.meta.mutations.mutation import Mutation
from tests.rules.cases import Change
from tests.rules.private_endpoint.doors import OTHER_TENANT, RETIRED, STATE, both_sides, knock, ours, show

ISLAND = SPOKE.replace("vnet-norrland-ai-prod", "vnet-island")


def moved(name: str) -> Change:
    """The endpoint stands in another network, which nothing is peered with."""
    empty = (put(ISLAND, f"properties.{members}", []) for members in ("virtualNetworkPeerings", "subnets"))
    return every(
        twin(SPOKE, ISLAND), *empty, put(ours(name), "properties.subnet.id", f"{ISLAND}/subnets/endpoints")
    )


MUTATIONS = (
    Mutation(
        name="endpoint-pending",
        change=lambda world: both_sides(world, HR_STORAGE, "pe-hr-blob", "Pending"),
        flips="""
    fail private-endpoint-pending on stnorrlandhr of pe-hr-blob
    unknown storage-private-endpoints on stnorrlandhr of oai-norrland-hr, srch-norrland-hr
    not_applicable dns-records-match on pe-hr-blob
    not_applicable dns-zone-exists on stnorrlandhr of pe-hr-blob
    not_applicable dns-zone-group on pe-hr-blob
    not_applicable private-endpoint-foreign-approval on stnorrlandhr of pe-hr-blob
    no dns-records-match on pe-hr-blob of blob.core.windows.net
    no dns-zone-group on pe-hr-blob of blob.core.windows.net
    """,
    ),
    Mutation(
        name="endpoint-rejected",
        change=lambda world: both_sides(world, HR_STORAGE, "pe-hr-blob", "Rejected"),
        flips="""
    fail private-endpoint-broken-connection on stnorrlandhr of pe-hr-blob
    unknown storage-private-endpoints on stnorrlandhr of oai-norrland-hr, srch-norrland-hr
    not_applicable dns-records-match on pe-hr-blob
    not_applicable dns-zone-exists on stnorrlandhr of pe-hr-blob
    not_applicable dns-zone-group on pe-hr-blob
    not_applicable private-endpoint-foreign-approval on stnorrlandhr of pe-hr-blob
    no dns-records-match on pe-hr-blob of blob.core.windows.net
    no dns-zone-group on pe-hr-blob of blob.core.windows.net
    """,
    ),
    Mutation(
        name="endpoint-disconnected",
        change=lambda world: both_sides(world, CLAIMS_OPENAI, "pe-claims-openai", "Disconnected"),
        flips="""
    fail private-endpoint-broken-connection on pe-claims-openai
    unknown openai-private-endpoint on oai-norrland-claims
    not_applicable dns-records-match on pe-claims-openai
    not_applicable dns-zone-exists on oai-norrland-claims of pe-claims-openai
    not_applicable dns-zone-group on pe-claims-openai
    not_applicable private-endpoint-foreign-approval on pe-claims-openai
    no dns-records-match on pe-claims-openai of cognitiveservices.azure.com, openai.azure.com
    no dns-zone-group on pe-claims-openai of cognitiveservices.azure.com, openai.azure.com
    """,
    ),
    Mutation(
        name="endpoint-failed",
        change=put(ours("pe-claims-openai"), STATE, "Failed"),
        flips="""
    fail private-endpoint-health on pe-claims-openai of oai-norrland-claims
    """,
    ),
    Mutation(
        name="endpoint-deleted-and-its-connection-left",
        change=drop(ours("pe-claims-openai")),
        flips="""
    unknown openai-private-endpoint on oai-norrland-claims
    unknown private-endpoint-common-network on oai-norrland-claims of srch-norrland-claims, stnorrlandclaims
    no dns-records-match on pe-claims-openai of cognitiveservices.azure.com, openai.azure.com
    no dns-zone-exists on oai-norrland-claims of pe-claims-openai
    no dns-zone-group on pe-claims-openai of cognitiveservices.azure.com, openai.azure.com
    no private-endpoint-health on pe-claims-openai of oai-norrland-claims
    """,
    ),
    Mutation(
        name="endpoint-sides-disagree",
        change=lambda world: both_sides(world, CLAIMS_SEARCH, "pe-claims-search", "Pending", "Approved"),
        flips="""
    fail private-endpoint-health on pe-claims-search of srch-norrland-claims
    fail private-endpoint-pending on pe-claims-search
    unknown search-private-endpoint on srch-norrland-claims
    not_applicable private-endpoint-foreign-approval on pe-claims-search
    """,
    ),
    Mutation(
        name="stranger-asks",
        change=lambda world: knock(world, CLAIMS_OPENAI),
        flips="""
    fail private-endpoint-unknown-requester on knock
    pass private-endpoint-broken-connection on knock
    not_applicable private-endpoint-foreign-approval on knock
    not_applicable private-endpoint-pending on knock
    """,
    ),
    Mutation(
        name="stranger-approved",
        change=lambda world: knock(world, CLAIMS_OPENAI, status="Approved"),
        flips="""
    fail private-endpoint-foreign-approval on knock
    pass private-endpoint-broken-connection on knock
    pass private-endpoint-pending on knock
    pass private-endpoint-unknown-requester on knock
    """,
    ),
    Mutation(
        name="other-tenant-approved",
        change=lambda world: knock(world, CLAIMS_SEARCH, STRANGER, status="Approved"),
        before=lambda world: show(world, STRANGER, OTHER_TENANT),
        flips="""
    fail private-endpoint-foreign-approval on knock
    pass private-endpoint-broken-connection on knock
    pass private-endpoint-pending on knock
    pass private-endpoint-retired-managed on knock
    pass private-endpoint-unknown-requester on knock
    """,
    ),
    Mutation(
        name="retired-endpoint-of-the-platform",
        change=lambda world: knock(world, CLAIMS_SEARCH, RETIRED, status="Approved"),
        flips="""
    fail private-endpoint-retired-managed on knock
    pass private-endpoint-broken-connection on knock
    pass private-endpoint-foreign-approval on knock
    pass private-endpoint-pending on knock
    pass private-endpoint-unknown-requester on knock
    """,
    ),
    Mutation(
        name="endpoint-in-a-network-of-its-own",
        change=moved("pe-hr-blob"),
        flips="""
    fail private-endpoint-common-network on oai-norrland-hr of srch-norrland-hr, stnorrlandhr
    unknown network-client-path on pe-hr-blob
    unknown network-subnet-layout on pe-hr-blob
    unknown nsg-consumer-allowed on pe-hr-blob
    unknown nsg-effective-on-private-endpoints on pe-hr-blob
    unknown nsg-others-denied on pe-hr-blob
    """,
    ),
)
