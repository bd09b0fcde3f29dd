"""network-ip-allow-lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from auditor.model.finding import Evidence, Undecided
from auditor.model.reasons import Reason
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.resources.perimeter import SearchPerimeterConfiguration, StoragePerimeterConfiguration
from auditor.model.resources.search_service import SearchService
from auditor.model.resources.storage_account import StorageAccount
from auditor.model.resources.workspace import Workspace
from auditor.model.wire import Fact, Resource
from auditor.relate.prefixes import parsed
from auditor.rule import (
    Excluded,
    Fail,
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
)
from auditor_rules.controls import controls
from auditor_rules.perimeter import judge_perimeter
from auditor_rules.subjects import AI_ACCOUNTS, RELATED_STORAGE, SEARCH_SERVICES, WORKSPACES
from auditor_rules.workspace.networks import inherits

Guarded = CognitiveAccount | SearchService | StorageAccount | Workspace
# Wider than this is more than an office or a gateway: an IPv4 /24, an IPv6 /56 (one site, RFC 6177).
_WIDEST = {4: 24, 6: 56}
_SOURCES = (AI_ACCOUNTS, SEARCH_SERVICES, RELATED_STORAGE, WORKSPACES)
_AZ: dict[type[Resource], str | None] = {
    CognitiveAccount: "az resource update --ids {id} --set properties.publicNetworkAccess=Disabled",
    SearchService: "az resource update --ids {id} --set properties.publicNetworkAccess=disabled",
    StorageAccount: "az storage account update --ids {id} --public-network-access Disabled",
    Workspace: "az ml workspace update --name {name} --resource-group {group} --subscription {subscription}"
    " --public-network-access Disabled",
}
_EMPTY: dict[type[Resource], str] = {
    CognitiveAccount: "az resource update --ids {id} --set properties.networkAcls.ipRules=[]"
    " properties.networkAcls.virtualNetworkRules=[]",
    SearchService: "az resource update --ids {id} --set properties.networkRuleSet.ipRules=[]",
    StorageAccount: "az resource update --ids {id} --set properties.networkAcls.ipRules=[]"
    " properties.networkAcls.virtualNetworkRules=[]",
    Workspace: "az resource update --ids {id} --set properties.networkAcls.ipRules=[]",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardedResources:
    """AI accounts, search services, storage accounts of workloads, and workspaces."""

    @property
    def listing(self) -> tuple[type[Resource], ...]:
        return tuple(of for source in _SOURCES for of in source.listing)

    @property
    def reads(self) -> tuple[type[Resource], ...]:
        return tuple(dict.fromkeys(of for source in _SOURCES for of in source.reads))

    def __call__(self, view: View, /) -> Iterator[Subject[Any] | Excluded]:
        for source in _SOURCES:
            yield from source(view)


@rule(
    id="network-ip-allow-lists",
    title="IP or virtual network allow-lists are not the isolation method",
    severity=Severity.MEDIUM,
    rule_class="exposure",
    subjects=GuardedResources(),
    reads=(SearchPerimeterConfiguration, StoragePerimeterConfiguration),
    profiles=("on-your-data", "prompt-flow", "foundry"),
    remedy=Remedy(
        summary="Disable public network access, once the resource's private endpoints serve every caller, and"
        " remove the rules.",
        az=None,
    ),
    controls=controls(mcsb=("NS-2",), nist=("SC-7",)),
    sources=(
        Source(
            title="Use Azure OpenAI On Your Data securely",
            url="https://learn.microsoft.com/azure/ai-services/openai/how-to/on-your-data-configuration",
        ),
        Source(
            title="Configure network access for Azure AI Search",
            url="https://learn.microsoft.com/azure/search/service-configure-firewall",
        ),
        Source(
            title="Configure a private endpoint for an Azure Machine Learning workspace",
            url="https://learn.microsoft.com/azure/machine-learning/how-to-configure-private-link",
        ),
    ),
)
def network_ip_allow_lists(resource: Guarded, view: View) -> Verdict:
    """The resource is not isolated by lists of addresses or subnets.

    Why
        On Your Data does not support selected networks with IP rules: the services call each other from
        addresses that change. And a list lets everybody in who shares an address, for as long as nobody
        tidies it.
    Pass when
        The resource has no IP rules and no virtual network rules.
    Fail when
        It has some while public network access is on; high where a range is wider than /24 (IPv6: /56), such
        as 0.0.0.0/0, or the address is 0.0.0.0. Low where public access is off, or secured by an enforced
        perimeter: the entries lie dormant until it is turned on again.
    Unknown when
        A list or the resource could not be read, or an entry is no address. A workspace whose public access
        is on and whose answer has no `networkAcls`: the stable API does not always show them.
    Not applicable when
        The account is being deleted. The workspace is a project: its hub is judged, and
        workspace-hub-consistency compares the two.
    Evidence
        Accounts (api-version 2025-06-01) and storage accounts (2023-05-01): `networkAcls.ipRules` and
        `networkAcls.virtualNetworkRules`; search services (2025-05-01): `networkRuleSet.ipRules`; workspaces
        (2024-10-01): `networkAcls.ipRules`. Absent or null lists are empty. Contested: the documentation of
        workspaces tells of an allow-list, which only preview versions of the API declare; where public access
        is off, one that is not shown could only be dormant, and the verdict is pass with a note. Entries that
        deny do not exist here: a rule always lets in.
    Remedy
        Disable public network access and remove the rules.
    """
    if isinstance(resource, Workspace) and (served := inherits(resource)) is not None:
        return served
    lists = _lists(resource)
    entries = tuple(fact for fact in lists if fact.value)
    if not entries:
        return _no_entries(resource, lists)
    if _is_closed(resource, view):
        number = sum(len(fact.value) for fact in entries)
        return Fail(
            message=f"{number} allow-list {'entry lies' if number == 1 else 'entries lie'} dormant while"
            " public network access is off",
            evidence=(resource.public_network_access.evidence(), *(fact.evidence() for fact in entries)),
            severity=Severity.LOW,
            remedy=Remedy(summary="Remove the rules.", az=_EMPTY[type(resource)]),
        )
    return _open(resource, entries)


def _lists(resource: Guarded) -> tuple[Fact[tuple[Any, ...]], ...]:
    if isinstance(resource, CognitiveAccount | StorageAccount):
        return resource.ip_rules, resource.virtual_network_rules
    return (resource.ip_rules,)


def _no_entries(resource: Guarded, lists: Iterable[Fact[tuple[Any, ...]]]) -> Verdict:
    access = resource.public_network_access
    seen = (access.evidence(), *(fact.evidence() for fact in lists))
    if isinstance(resource, Workspace) and not resource.network_acls.is_stated:
        if access.value == "Enabled":
            said = (
                "public network access is on, and the API version read does not show an IP allow-list if"
                " there is one"
            )
            return Unknown(message=said, reason=Reason.BLIND_API, evidence=seen)
        note = "an allow-list, if there is one, is dormant and not shown by this API version"
        return Pass(
            message="no allow-list is shown and public network access is off", evidence=seen, notes=(note,)
        )
    return Pass(message="no IP or virtual network rules", evidence=seen)


def _is_closed(resource: Guarded, view: View) -> bool:
    """Whether public access is surely off: what cannot be shown to be closed counts as open."""
    access = resource.public_network_access
    if access.value != "SecuredByPerimeter":
        return access.value == "Disabled"
    configurations = (
        SearchPerimeterConfiguration if isinstance(resource, SearchService) else StoragePerimeterConfiguration
    )
    judged = attempt(partial(judge_perimeter, view, resource, access, configurations))
    return isinstance(judged, Pass)


def _open(resource: Guarded, entries: tuple[Fact[tuple[Any, ...]], ...]) -> Fail:
    ranges = [rule.value for rule in resource.ip_rules.value]
    shown = [fact.value for fact in ranges if fact.value]
    wide = [
        text for text, fact in zip(shown, (f for f in ranges if f.value), strict=True) if _is_wide(text, fact)
    ]
    number = sum(len(fact.value) for fact in entries)
    named = f" ({', '.join(shown)})" if shown else ""
    breadth = f"; {', '.join(wide)} lets in far more than an office or a gateway" if wide else ""
    evidence: tuple[Evidence, ...] = (
        resource.public_network_access.evidence(),
        *(fact.evidence() for fact in entries),
    )
    return Fail(
        message=f"public network access is on and {number} allow-list {'entry' if number == 1 else 'entries'}"
        f"{named} let callers in{breadth}",
        evidence=evidence,
        severity=Severity.HIGH if wide else Severity.MEDIUM,
        remedy=Remedy(
            summary="Disable public network access, once the resource's private endpoints serve every"
            " caller, and remove the rules.",
            az=_AZ[type(resource)],
        ),
    )


def _is_wide(text: str, fact: Fact[str | None]) -> bool:
    """Raises Undecided where the entry is no address or range."""
    prefix = parsed(text)
    if prefix is None:
        said = f"the entry {text!r} is no address or range"
        raise Undecided(said, Reason.MALFORMED, evidence=(fact.evidence(),))
    return prefix.prefixlen < _WIDEST[prefix.version] or int(prefix.network_address) == 0
