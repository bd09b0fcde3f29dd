"""search-storage-reachability."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.model.finding import Evidence, NotApplicable
from auditor.model.reasons import Reason
from auditor.model.resources.connection import StorageConnection
from auditor.model.resources.search_service import SharedPrivateLink
from auditor.model.resources.storage_account import StorageAccount
from auditor.rule import Fail, Pass, Remedy, Severity, Source, Unknown, Verdict, View, attempt, rule
from auditor_rules.search.links import SHOW_REQUESTS, links_to
from auditor_rules.search.storage_pairs import STORAGE_PAIRS, SearchAndStorage
from auditor_rules.storage.storage_trusted_service_access import storage_trusted_service_access
from auditor_rules.subjects import Partnered

BLOB_GROUPS = frozenset({"blob", "dfs"})
OTHERS = "data sources of the kinds table and file need a shared private link of their own group"


@rule(
    id="search-storage-reachability",
    title="Search can reach private storage",
    severity=Severity.HIGH,
    rule_class="function",
    subjects=STORAGE_PAIRS,
    reads=(SharedPrivateLink, StorageConnection),
    profiles=("on-your-data", "foundry"),
    remedy=Remedy(
        summary="Create a shared private link from the search service to the storage account and approve it"
        " there; or enable the service's system-assigned identity and let trusted services through the"
        " account's firewall.",
        az="az search shared-private-link-resource create --service-name {name} -g {group}"
        " --subscription {subscription} --name blob-{account} --group-id blob --resource-id {target}",
    ),
    sources=(
        Source(
            title="Connect Azure AI Search to storage as a trusted service",
            url="https://learn.microsoft.com/azure/search/search-indexer-howto-access-trusted-service-exception",
        ),
        Source(
            title="Make outbound connections through a shared private link",
            url="https://learn.microsoft.com/azure/search/search-indexer-howto-access-private",
        ),
    ),
)
def search_storage_reachability(pair: SearchAndStorage, view: View) -> Verdict:
    """The search service has a way through the firewall of the storage account that it reads.

    Why
        An indexer that cannot reach the account stops: the index keeps yesterday's documents, or none, and
        the usual reaction is to open the account's firewall.
    Pass when
        A shared private link for blob or dfs leads to the account and is Approved and Succeeded. Or the
        service has a system-assigned identity and the account lets it in as a trusted service, as
        storage-trusted-service-access judges it.
    Fail when
        Neither is so. Low where only the trusted-service way is there and the account has approved private
        endpoints: Azure may refuse such calls.
    Unknown when
        The links, the account's private endpoint connections, or what relates the two could not be read; the
        account leaves public access to a network security perimeter; or the relation is only suggested.
    Not applicable when
        No storage account is related to the service, or the account is open to all networks.
    Evidence
        `sharedPrivateLinkResources` and `identity` of the search service, `networkAcls`,
        `publicNetworkAccess` and `privateEndpointConnections` of the storage account. Sources disagree: the
        page on shared private links says that storage with private endpoints needs a link as well, even in
        the same region, or the connection is refused; the page on the trusted-service exception offers the
        exception alone. Hence low. Table and file data sources work over a link of their own group only;
        which data sources there are is not in ARM.
    Remedy
        Create a shared private link to the account and approve it, or let the service in as a trusted
        service.
    """
    link = attempt(lambda: _by_link(pair, view))
    if isinstance(link, Pass):
        return link
    if (open_wide := _open_to_all(pair.storage)) is not None:
        return open_wide
    trusted = attempt(lambda: _as_trusted_service(pair, view))
    if not isinstance(trusted, Pass):
        return _neither(pair, link, trusted)
    endpoints = _approved_endpoints(pair.storage, view)
    if not endpoints:
        return trusted
    return _exception_alone(pair, trusted, endpoints, link) if isinstance(link, Fail) else link


def _by_link(pair: SearchAndStorage, view: View) -> Verdict:
    links = view.estate.children(SharedPrivateLink, pair.search.id)
    found = next((link for link in links_to(links, pair.storage.id, BLOB_GROUPS) if link.works), None)
    if found is None:
        return _no_link(pair, links)
    seen = (found.target, found.group, found.status, found.provisioning_state)
    return Pass(
        message=f"the shared private link {found.name} leads to {pair.storage.name}",
        evidence=tuple(fact.evidence() for fact in seen),
        notes=(OTHERS,),
    )


def _no_link(pair: SearchAndStorage, links: Sequence[SharedPrivateLink]) -> Fail:
    """A link that is there but does not work needs approval, not another link."""
    for link in links_to(links, pair.storage.id, BLOB_GROUPS):
        status, state = link.status.value or "without a status", link.provisioning_state.value or "not stated"
        return Fail(
            message=f"the shared private link {link.name} is {status}, its provisioning {state}",
            evidence=(link.status.evidence(), link.provisioning_state.evidence()),
            remedy=SHOW_REQUESTS,
        )
    listed = [link.id.text for link in links]
    asked = Evidence(resource=pair.search.id.text, path="sharedPrivateLinkResources", value=listed)
    return Fail(message="there is no shared private link for blob or dfs", evidence=(asked,))


def _open_to_all(storage: StorageAccount) -> NotApplicable | None:
    access, action = storage.public_network_access, storage.default_action
    if access.value != "Enabled" or action.value != "Allow":
        return None
    return NotApplicable(
        message=f"{storage.name} is open to all networks",
        reason=Reason.PUBLIC_ACCESS_OPEN,
        evidence=(access.evidence(), action.evidence()),
    )


def _as_trusted_service(pair: SearchAndStorage, view: View) -> Verdict:
    identity, access = pair.search.identity, pair.storage.public_network_access
    if not identity.has_system_identity:
        said = (
            f"{pair.search.name} has no system-assigned identity, which the trusted-service exception needs"
        )
        return Fail(message=said, evidence=(identity.type.evidence(), identity.principal_id.evidence()))
    if access.value == "SecuredByPerimeter":
        said = f"whether {pair.storage.name} lets the service in is up to its network security perimeter"
        return Unknown(message=said, reason=Reason.AMBIGUOUS, evidence=(access.evidence(),))
    asked = Partnered(resource=pair.storage, partners=((pair.search.id, pair.tie),))
    verdict = storage_trusted_service_access.judge(asked, view)
    if not isinstance(verdict, Pass):
        return verdict
    return Pass(
        message=f"{pair.storage.name} lets the service in as a trusted service",
        evidence=(*verdict.evidence, identity.type.evidence()),
        notes=(*verdict.notes, OTHERS),
    )


def _approved_endpoints(storage: StorageAccount, view: View) -> tuple[StorageConnection, ...]:
    connections = view.estate.children(StorageConnection, storage.id)
    return tuple(one for one in connections if one.status.value == "Approved")


def _neither(pair: SearchAndStorage, link: Verdict, trusted: Verdict) -> Verdict:
    for way in (link, trusted):
        if not isinstance(way, Fail):
            return way
    ways = [way for way in (link, trusted) if isinstance(way, Fail)]
    said = "; ".join(way.message for way in ways)
    return Fail(
        message=f"{pair.search.name} cannot reach {pair.storage.name}: {said}",
        evidence=tuple(seen for way in ways for seen in way.evidence),
        remedy=ways[0].remedy,
        fills=_fills(pair),
    )


def _exception_alone(
    pair: SearchAndStorage, trusted: Pass, endpoints: tuple[StorageConnection, ...], link: Fail
) -> Fail:
    return Fail(
        message=f"{pair.search.name} reaches {pair.storage.name} only as a trusted service, and the account"
        " has private endpoints: Azure advises a shared private link as well, or calls may be refused",
        evidence=(*trusted.evidence, *link.evidence, *(one.status.evidence() for one in endpoints)),
        severity=Severity.LOW,
        remedy=link.remedy,
        fills=_fills(pair),
        notes=trusted.notes,
    )


def _fills(pair: SearchAndStorage) -> tuple[tuple[str, str], ...]:
    return (("account", pair.storage.name), ("target", pair.storage.id.text))
