"""Whether a pending connection may be approved: the whole decision table of the catalogue (4.3), pure.

`auditor.relate.requesters` knows who asks, as far as reads go. What it leaves to its caller is here: locks,
tags, scope and earlier rejections (row 2), and what the operator trusts (row 5 against 6). The first row that
fits decides. Whatever was not read decides against approving, and is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from auditor.fix.holds import hold_on
from auditor.fix.known import Known
from auditor.model.finding import Evidence, Undecided
from auditor.model.ids import ArmId
from auditor.model.resources.connection import PrivateEndpointConnection
from auditor.model.resources.network import PrivateEndpoint
from auditor.relate.actions import complaint, unstated
from auditor.relate.dependencies import in_use
from auditor.relate.expectations import holds_surely
from auditor.relate.owners import endpoint_of, known
from auditor.relate.requesters import Requester, RequesterClass, classify
from auditor.relate.targets import CONNECTION_TYPES

# A managed network approves its own endpoints moments after they ask, where its identity may.
SETTLING = timedelta(minutes=15)


class Means(StrEnum):
    """What it takes to have a connection approved."""

    FIX = "--fix"
    FIX_MANAGED = "--fix-managed"
    APPROVE = "--approve"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The row that decided and what it rests on.

    `said` says in half a sentence who asks or what stands in the way, `unproven` what nothing proves.
    `endpoint` is what the connection names, None where that is no private endpoint. `requester` is None where
    the table ended before anybody asked who it is.
    """

    connection: PrivateEndpointConnection
    kind: RequesterClass
    row: int
    means: Means
    said: str
    evidence: tuple[Evidence, ...]
    unproven: tuple[str, ...] = ()
    requester: Requester | None = None

    @property
    def endpoint(self) -> ArmId | None:
        return endpoint_of(self.connection)


_MEANS = {
    5: Means.FIX,
    6: Means.APPROVE,
    7: Means.APPROVE,
    9: Means.FIX_MANAGED,
    10: Means.FIX_MANAGED,
    11: Means.APPROVE,
    12: Means.APPROVE,
}


def decide_all(known_of: Known, named: Iterable[ArmId]) -> tuple[Decision, ...]:
    """Every connection that waits or whose status cannot be told, and the named ones, ordered by id."""
    wanted = frozenset(named)
    rows = (row for of in CONNECTION_TYPES for row in known_of.estate.listed(of))
    asked = (row for row in rows if row.id in wanted or known(row.status) in ("Pending", None))
    return tuple(decide(known_of, row) for row in sorted(asked, key=lambda row: row.id))


def decide(known_of: Known, connection: PrivateEndpointConnection) -> Decision:
    """The first row of the table that fits. Never raises for what could not be read: it decides against."""
    if (unclear := complaint(connection.status, connection.provisioning_state)) is not None:
        return _blocked(connection, 1, f"is not surely pending: {unclear.message}", unclear.evidence)
    if not connection.status.is_stated:
        unclear = unstated(connection.status)
        return _blocked(connection, 1, f"is not surely pending: {unclear.message}", unclear.evidence)
    try:
        requester: Requester | None = classify(
            known_of.estate,
            known_of.relations,
            connection,
            partner_tenants=known_of.declared.fix.partner_tenants,
        )
        doubt = ""
    except Undecided as undecided:
        requester, doubt = None, undecided.message
    if requester is not None and requester.row == 1:
        return _of(connection, requester)
    if (hold := hold_on(known_of, connection)) is not None:
        return _blocked(connection, 2, hold.said, hold.evidence)
    if requester is None:
        return _undecidable(connection, doubt)
    if requester.row == 5:
        return _of(connection, _trusted(known_of, connection, requester))
    return _of(connection, requester, young=_is_young(known_of.now, connection, requester))


def _of(connection: PrivateEndpointConnection, requester: Requester, *, young: bool = False) -> Decision:
    said = requester.said
    if young:
        said += "; it is younger than 15 minutes, and the managed network may approve it by itself"
    return Decision(
        connection=connection,
        kind=requester.kind,
        row=requester.row,
        means=Means.APPROVE if young else _MEANS.get(requester.row, Means.NOTHING),
        said=said,
        evidence=requester.evidence,
        unproven=requester.unproven,
        requester=requester,
    )


def _blocked(
    connection: PrivateEndpointConnection, row: int, said: str, evidence: tuple[Evidence, ...]
) -> Decision:
    return Decision(
        connection=connection,
        kind=RequesterClass.BLOCKED,
        row=row,
        means=Means.NOTHING,
        said=said,
        evidence=evidence,
    )


def _undecidable(connection: PrivateEndpointConnection, doubt: str) -> Decision:
    """A property that the table turns on is malformed."""
    return Decision(
        connection=connection,
        kind=RequesterClass.UNKNOWN,
        row=12,
        means=Means.APPROVE,
        said=f"cannot be decided: {doubt}",
        evidence=(connection.status.evidence(), connection.private_endpoint.evidence()),
        unproven=("who the requester is",),
    )


def _trusted(known_of: Known, connection: PrivateEndpointConnection, requester: Requester) -> Requester:
    """Row 5 where everything is proved, else row 6: ours, and not planned."""
    lacking = tuple(_distrust(known_of, connection.scope, requester))
    if not lacking:
        seen = (*requester.evidence, *_place(known_of, requester))
        return replace(requester, unproven=(), evidence=seen)
    return replace(
        requester,
        kind=RequesterClass.UNPLANNED,
        row=6,
        said=f"{requester.said}; but {'; '.join(lacking)}",
        unproven=("that it is meant to be there", *lacking),
        evidence=(*requester.evidence, *_place(known_of, requester)),
    )


def _distrust(known_of: Known, target: ArmId, requester: Requester) -> Iterator[str]:
    trust = known_of.declared.fix
    subscription = requester.endpoint.subscription if requester.endpoint else None
    if subscription is None or subscription.name.lower() not in {one.lower() for one in trust.subscriptions}:
        name = subscription.name if subscription else "that is not named"
        yield f"its subscription {name} is not in [fix] subscriptions"
    if requester.network is None:
        yield "it names no subnet, so its virtual network is not known"
    elif requester.network not in {ArmId.parse(one) for one in trust.vnets}:
        yield f"its virtual network {requester.network} is not in [fix] vnets"
    if not _is_needed(known_of, target):
        yield f"no workload surely holds {target.name}: declare it in [[workload]]"


def _is_needed(known_of: Known, target: ArmId) -> bool:
    """Whether a workload holds the target, or a workspace or an app of one leans on it."""
    workloads = known_of.relations.workloads_of(target)
    if any(holds_surely(workload, target) for workload in workloads):
        return True
    return target in in_use(known_of.estate, known_of.relations)


def _place(known_of: Known, requester: Requester) -> Iterator[Evidence]:
    rows = known_of.estate.listed(PrivateEndpoint)
    return (row.subnet.evidence() for row in rows if row.id == requester.endpoint)


def _is_young(now: datetime, connection: PrivateEndpointConnection, requester: Requester) -> bool:
    """Where Azure does not say when it was made, there is nothing to wait for."""
    made_at = known(connection.created_at)
    return requester.row in (9, 10) and made_at is not None and now - made_at < SETTLING
