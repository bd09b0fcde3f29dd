"""Who asks for a private endpoint connection: the decision table of the catalogue (4.3), as far as reads go.

Only two things on a connection are beyond a stranger's reach: its status and the subscription in the id of
its private endpoint. Its description, its name, the endpoint's name and its resource group are the
requester's own words and are never looked at, but for a secret that our own service sent along.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from auditor.model.estate import Estate
from auditor.model.finding import Evidence, NotRead, describe
from auditor.model.ids import ArmId
from auditor.model.resources.connection import PrivateEndpointConnection
from auditor.model.resources.network import PrivateEndpoint
from auditor.model.resources.search_service import SharedPrivateLink
from auditor.model.wire import Resource
from auditor.relate.actions import unstated
from auditor.relate.expectations import READS as EXPECTATION_READS
from auditor.relate.expectations import (
    Expectation,
    expectations,
    holds_nonce,
    is_usual_requester,
    needed_groups,
    unread_askers,
)
from auditor.relate.owners import (
    Owner,
    endpoint_of,
    is_retired,
    known,
    owner_of,
    tenant_evidence,
    unseen_siblings,
)
from auditor.relate.workloads import Relations

READS: tuple[type[Resource], ...] = (PrivateEndpoint, *EXPECTATION_READS)

_UNSETTLED = frozenset({"Deleting", "Failed", "Updating"})


class RequesterClass(StrEnum):
    NOT_PENDING = "not-pending"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"
    RETIRED = "retired"
    OURS = "ours"
    UNPLANNED = "unplanned"
    ORPHAN = "orphan"
    FOREIGN = "foreign"
    LIKELY = "likely"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True, kw_only=True)
class Requester:
    """What is known of who asks. `row` is that of the decision table.

    `said` says it in half a sentence, `unproven` what nothing proves. `endpoint` is None where the
    connection names no usable one. `tenant_id` is that of its subscription, None where it cannot be seen.
    `network` and `groups` are the readable endpoint's, for its request to this target. `wanted_by` are the
    wishes of our services that it may answer, `rivals` the other requests that may as well.
    """

    kind: RequesterClass
    row: int
    said: str
    evidence: tuple[Evidence, ...]
    unproven: tuple[str, ...] = ()
    endpoint: ArmId | None = None
    tenant_id: str | None = None
    network: ArmId | None = None
    groups: tuple[str, ...] = ()
    wanted_by: tuple[Expectation, ...] = ()
    rivals: tuple[ArmId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    estate: Estate
    relations: Relations
    connection: PrivateEndpointConnection
    partner_tenants: frozenset[str]

    @property
    def seen(self) -> tuple[Evidence, ...]:
        return (self.connection.status.evidence(), self.connection.private_endpoint.evidence())


def classify(
    estate: Estate,
    relations: Relations,
    connection: PrivateEndpointConnection,
    *,
    partner_tenants: Collection[str] = (),
) -> Requester:
    """The class and row of one connection. BLOCKED is pending, yet Azure is changing it or gave up (row 1).

    Rows that need more than reads of the estate are the caller's: locks, tags and the journal (2), the
    allow-list of subscriptions and networks (5 against 6), the tenant of a subscription that is not visible
    (8). Touches READS. Raises Undecided where the status is absent, malformed or unheard of, or where a
    readable endpoint is malformed.
    """
    status = connection.status.value
    if status is None:
        raise unstated(connection.status)
    if status != "Pending":
        seen = (connection.status.evidence(),)
        return Requester(kind=RequesterClass.NOT_PENDING, row=1, said=f"is {status}", evidence=seen)
    state = connection.provisioning_state
    if state.value in _UNSETTLED:
        both = (connection.status.evidence(), state.evidence())
        said = f"is pending and {state.value}"
        return Requester(kind=RequesterClass.BLOCKED, row=1, said=said, evidence=both)
    return recognise(estate, relations, connection, partner_tenants=partner_tenants)


def recognise(
    estate: Estate,
    relations: Relations,
    connection: PrivateEndpointConnection,
    *,
    partner_tenants: Collection[str] = (),
) -> Requester:
    """Rows 3 to 12 alone: who asks, whatever the connection's own state is. Never NOT_PENDING or BLOCKED."""
    partners = frozenset(tenant.lower() for tenant in partner_tenants)
    case = _Case(estate=estate, relations=relations, connection=connection, partner_tenants=partners)
    endpoint = endpoint_of(connection)
    if endpoint is None or endpoint.subscription is None:
        said = "names no private endpoint that could be looked up"
        return Requester(kind=RequesterClass.UNKNOWN, row=3, said=said, evidence=case.seen)
    if is_retired(connection):
        said = "comes from the retired Microsoft-managed endpoint of On Your Data"
        return Requester(kind=RequesterClass.RETIRED, row=4, said=said, evidence=case.seen, endpoint=endpoint)
    owner, tenant_id = owner_of(estate, endpoint.subscription)
    if owner is Owner.OURS:
        return _from_ours(case, endpoint, tenant_id)
    if owner is Owner.INVISIBLE:
        return _from_invisible(case, endpoint, endpoint.subscription)
    return _from_elsewhere(case, endpoint, endpoint.subscription, tenant_id)


def _from_ours(case: _Case, endpoint: ArmId, tenant_id: str | None) -> Requester:
    subscription = endpoint.subscription or endpoint
    evidence = (*case.seen, tenant_evidence(subscription, tenant_id))
    try:
        found = case.estate.find(PrivateEndpoint, endpoint)
    except NotRead as unread:
        said = f"comes from our subscription {subscription.name}, but {unread.message}"
        unproven = ("what the endpoint asks for, and that it still exists",)
        return _orphan(endpoint, tenant_id, said, evidence, unproven)
    if found is None:
        said = f"comes from our subscription {subscription.name}, but that endpoint no longer exists"
        return _orphan(endpoint, tenant_id, said, evidence, ())
    return _judge_ours(case, found, evidence, tenant_id)


def _orphan(
    endpoint: ArmId,
    tenant_id: str | None,
    said: str,
    evidence: tuple[Evidence, ...],
    unproven: tuple[str, ...],
) -> Requester:
    return Requester(
        kind=RequesterClass.ORPHAN,
        row=7,
        said=said,
        evidence=evidence,
        unproven=unproven,
        endpoint=endpoint,
        tenant_id=tenant_id,
    )


def _judge_ours(
    case: _Case, endpoint: PrivateEndpoint, evidence: tuple[Evidence, ...], tenant_id: str | None
) -> Requester:
    """Rows 5 and 6: our endpoint, which asks for what a workload needs, or for something else."""
    target = case.connection.scope
    requests = [request for request in endpoint.requests if request.target.value == target]
    groups = tuple(dict.fromkeys(name for request in requests for name in request.groups.value))
    needed = needed_groups(case.estate, case.relations, target, type(case.connection))
    is_needed = bool(groups) and {name.lower() for name in groups} <= needed.names
    asked = ", ".join(groups) or "no group"
    if is_needed:
        said = f"is our endpoint {endpoint.name}, which asks for {asked}"
    elif requests:
        said = f"is our endpoint {endpoint.name}, but it asks for {asked}, which no known workload needs here"
    else:
        said = f"is our endpoint {endpoint.name}, but that endpoint names another target"
    unproven = ["that its subscription and virtual network are among those to be trusted ([fix])"]
    if not needed.is_sure:
        unproven.append("that the target belongs to a workload: nothing more than a suggestion says so")
    facts = [fact.evidence() for request in requests for fact in (request.target, request.groups)]
    return Requester(
        kind=RequesterClass.OURS if is_needed else RequesterClass.UNPLANNED,
        row=5 if is_needed else 6,
        said=said,
        evidence=(*evidence, *(facts or (endpoint.automatic.evidence(), endpoint.manual.evidence()))),
        unproven=tuple(unproven),
        endpoint=endpoint.id,
        tenant_id=tenant_id,
        network=endpoint.virtual_network,
        groups=groups,
    )


def _from_elsewhere(case: _Case, endpoint: ArmId, subscription: ArmId, tenant_id: str | None) -> Requester:
    """A subscription that is visible and not provably ours: rows 8 and 12."""
    is_foreign = case.estate.tenant_id is not None and tenant_id is not None
    is_partner = tenant_id is not None and tenant_id.lower() in case.partner_tenants
    if tenant_id is None:
        said = f"comes from subscription {subscription.name}, whose tenant Azure does not name"
    elif is_partner:
        said = f"comes from subscription {subscription.name} of the partner tenant {tenant_id}"
    elif is_foreign:
        said = f"comes from subscription {subscription.name} of another tenant, {tenant_id}"
    else:
        said = f"comes from subscription {subscription.name}; the tenant of this audit is not known"
    is_named = is_foreign and not is_partner
    return Requester(
        kind=RequesterClass.FOREIGN if is_named else RequesterClass.UNKNOWN,
        row=8 if is_named else 12,
        said=said,
        evidence=(*case.seen, tenant_evidence(subscription, tenant_id)),
        unproven=() if is_named else ("that the requester is ours",),
        endpoint=endpoint,
        tenant_id=tenant_id,
    )


def _from_invisible(case: _Case, endpoint: ArmId, subscription: ArmId) -> Requester:
    """Rows 9 to 12: the platform on our behalf, or anybody."""
    estate, connection = case.estate, case.connection
    wishes = tuple(wish for wish in expectations(estate, connection) if wish.is_waiting)
    where = f"comes from subscription {subscription.name}, which is not visible here"
    if not wishes:
        missed = tuple(f"that nothing of ours waits for it: {describe(gap)}" for gap in unread_askers(estate))
        said = f"{where}, and no managed network or shared private link of ours waits for it"
        return Requester(
            kind=RequesterClass.UNKNOWN,
            row=12,
            said=said,
            evidence=case.seen,
            unproven=("who the requester is", *missed),
            endpoint=endpoint,
        )
    rivals = tuple(
        row.id for row in unseen_siblings(estate, connection) if known(row.status) in ("Pending", None)
    )
    is_alone = not rivals and estate.was_read(type(connection), connection.scope)
    row = _strength(case, wishes, subscription) if is_alone else 11
    asked = " and ".join(wish.said for wish in wishes)
    return Requester(
        kind=RequesterClass.AMBIGUOUS if row == 11 else RequesterClass.LIKELY,
        row=row,
        said=f"{where}; {asked} asked for such a connection and has none yet",
        evidence=(*case.seen, *(each for wish in wishes for each in wish.evidence)),
        unproven=("that this request is the one we asked for: Azure gives the two no common id",),
        endpoint=endpoint,
        wanted_by=wishes,
        rivals=rivals,
    )


def _strength(case: _Case, wishes: tuple[Expectation, ...], subscription: ArmId) -> int:
    description = known(case.connection.description)
    links = [wish for wish in wishes if isinstance(wish.asker, SharedPrivateLink)]
    if any(holds_nonce(case.estate, wish.message) and wish.message == description for wish in links):
        return 9
    rules = [wish for wish in wishes if wish not in links]
    return 10 if any(is_usual_requester(case.estate, wish, subscription) for wish in rules) else 11
