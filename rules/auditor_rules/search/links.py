"""Shared private links of a search service: is one healthy, and can the service use it at all?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from auditor.model.finding import Evidence
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.resources.search_service import SearchService, SharedPrivateLink
from auditor.rule import Fail, Pass, Remedy, Unknown, Verdict

# Azure's wording is "after April 3, 2024"; services of that day itself are taken for older ones.
HIGHER_CAPACITY_FROM = datetime(2024, 4, 4, tzinfo=UTC)
EMBEDDING_GROUP = "openai_account"
SKILL_GROUPS = frozenset({"sites", "cognitiveservices_account"})
LARGE_TIERS = frozenset({"standard2", "standard3", "storage_optimized_l1", "storage_optimized_l2"})
SMALL_TIERS = frozenset({"basic", "standard"})

_LINK = "--service-name {name} -g {group} --subscription {subscription} --name {link}"
SHOW_REQUESTS = Remedy(
    summary="Find the request on the target by the message that this link carries, and approve that one"
    " only.",
    az="az network private-endpoint-connection list --id {target}",
)
RECREATE = Remedy(
    summary="Delete the link and create it again, then approve its request on the target.",
    az=f"az search shared-private-link-resource delete {_LINK} && az search shared-private-link-resource"
    f" create {_LINK} --group-id {{link_group}} --resource-id {{target}}",
)
DELETE = Remedy(
    summary="Keep one link for each target and group: delete this one.",
    az=f"az search shared-private-link-resource delete {_LINK}",
)
CHANGE_TIER = Remedy(
    summary="Use a service of the tier that the message names, created or upgraded after 3 April 2024 where"
    " it says so; the link's own state cannot mend this.",
    az=None,
    url="https://learn.microsoft.com/azure/search/search-indexer-howto-access-private",
)


def judge_state(link: SharedPrivateLink) -> Verdict:
    """Pass where the link is Approved and Succeeded; fail where it waits, was refused or broke."""
    status, state = link.status, link.provisioning_state
    seen = (status.evidence(), state.evidence())
    name = said_of(link)
    if status.value == "Pending":
        return Fail(
            message=f"{name} waits for approval", evidence=seen, remedy=SHOW_REQUESTS, fills=_fills(link)
        )
    if status.value in ("Rejected", "Disconnected"):
        said = f"{name} is {status.value}"
        return Fail(message=said, evidence=seen, remedy=RECREATE, fills=_fills(link))
    if state.value in ("Failed", "Incomplete"):
        said = f"{name}: provisioning is {state.value}"
        return Fail(message=said, evidence=seen, remedy=RECREATE, fills=_fills(link))
    if link.works:
        return Pass(message=f"{name} is approved", evidence=seen)
    said = f"{name} is {status.value or 'without a status'}, its provisioning {state.value or 'not stated'}"
    return Unknown(message=f"{said}: whether it works cannot be said", reason=Reason.AMBIGUOUS, evidence=seen)


def judge_twins(links: Iterable[SharedPrivateLink]) -> Verdict:
    """Fail where two links ask for the same target and group, of which a service may have one."""
    first: dict[tuple[ArmId, str], SharedPrivateLink] = {}
    for link in sorted(links, key=lambda link: not _seems_to_work(link)):
        target, group = link.target.value, link.group.value
        if target is None or group is None:
            continue
        twin = first.setdefault((target, group.casefold()), link)
        if twin is not link:
            said = f"{link.name} and {twin.name} both lead to {group} of {target.name}"
            seen = (*_ends(twin), *_ends(link))
            return Fail(message=said, evidence=seen, remedy=DELETE, fills=_fills(link))
    return Pass(message="no two links lead to the same place")


def judge_feasibility(service: SearchService, link: SharedPrivateLink) -> Verdict:
    """Whether the service's tier and age allow what the link's group is used for."""
    group, tier = (link.group.value or "").casefold(), (service.sku.value or "").casefold()
    seen = (service.sku.evidence(), link.group.evidence())
    if tier == "free":
        said = f"{said_of(link)} cannot work: the free tier has no shared private links"
        return Fail(message=said, evidence=seen, remedy=CHANGE_TIER)
    if tier in LARGE_TIERS or (group != EMBEDDING_GROUP and group not in SKILL_GROUPS):
        return Pass(message=f"{said_of(link)} is possible on this tier", evidence=seen)
    if tier not in SMALL_TIERS:
        said = f"{said_of(link)}: what the tier {service.sku.value or '(not stated)'} allows is not known"
        return Unknown(message=said, reason=Reason.UNEXPECTED_VALUE, evidence=seen)
    if group in SKILL_GROUPS and tier == "basic":
        said = f"{said_of(link)} cannot serve skillsets: skills other than embedding need Standard 1 or above"
        return Fail(message=said, evidence=seen, remedy=CHANGE_TIER)
    return _judge_age(service, link, seen)


def _judge_age(service: SearchService, link: SharedPrivateLink, seen: tuple[Evidence, ...]) -> Verdict:
    made, upgraded = service.created_at, service.upgraded_at
    seen = (*seen, made.evidence(), upgraded.evidence())
    known = [moment for moment in (made.value, upgraded.value) if moment is not None]
    if any(moment >= HIGHER_CAPACITY_FROM for moment in known):
        return Pass(message=f"{said_of(link)} is possible on this tier and age", evidence=seen)
    if not known:
        said = (
            f"{said_of(link)}: when the service was created is not stated, and its tier alone does not decide"
        )
        return Unknown(message=said, reason=Reason.AMBIGUOUS, evidence=seen)
    return Fail(
        message=f"{said_of(link)} cannot serve skillsets: a service of this tier must have been created or"
        " upgraded after 3 April 2024, or be Standard 2 or above",
        evidence=seen,
        remedy=CHANGE_TIER,
    )


def links_to(
    links: Iterable[SharedPrivateLink], target: ArmId, groups: frozenset[str]
) -> Iterator[SharedPrivateLink]:
    """Those that lead to one of the groups of the target, in whatever state."""
    for link in links:
        if link.target.value == target and (link.group.value or "").casefold() in groups:
            yield link


def said_of(link: SharedPrivateLink) -> str:
    target = link.target.value
    return f"the shared private link {link.name} to {target.name if target else 'an unnamed resource'}"


def _seems_to_work(link: SharedPrivateLink) -> bool:
    return link.status.meaning == "Approved"


def _ends(link: SharedPrivateLink) -> tuple[Evidence, Evidence]:
    return link.target.evidence(), link.group.evidence()


def _fills(link: SharedPrivateLink) -> tuple[tuple[str, str], ...]:
    target, group = link.target.value, link.group.value
    return (
        ("link", link.name),
        ("target", target.text if target else ""),
        ("link_group", group or ""),
    )
