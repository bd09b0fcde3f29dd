"""Whose the subscription is that a private endpoint connection comes from."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from auditor.model.estate import Estate
from auditor.model.finding import Evidence
from auditor.model.ids import ArmId, same_text
from auditor.model.resources.connection import PrivateEndpointConnection, SearchConnection
from auditor.model.resources.network import PrivateEndpoint
from auditor.model.wire import Fact, Misfit

T = TypeVar("T")

RETIRED_SUBSCRIPTION = ArmId.parse("/subscriptions/812f15d0-6b38-42a1-a3cf-fa00794f528b")


class Owner(StrEnum):
    """Whose a subscription is, by the tenant that Azure names for it. INVISIBLE: the credential sees none.

    UNSAID: it is visible, but its tenant or the audit's own is not known.
    """

    OURS = "ours"
    OTHER = "other"
    UNSAID = "unsaid"
    INVISIBLE = "invisible"


def known(fact: Fact[T]) -> T | None:
    """What a fact means; None also where it cannot be read."""
    return None if isinstance(fact.meaning, Misfit) else fact.meaning


def owner_of(estate: Estate, subscription: ArmId) -> tuple[Owner, str | None]:
    """Whose the subscription is, with its tenant where Azure names one."""
    if subscription not in estate.visible:
        return Owner.INVISIBLE, None
    tenant_id = estate.visible[subscription]
    if tenant_id is None or estate.tenant_id is None:
        return Owner.UNSAID, tenant_id
    return (Owner.OURS if same_text(tenant_id, estate.tenant_id) else Owner.OTHER), tenant_id


def tenant_evidence(subscription: ArmId, tenant_id: str | None) -> Evidence:
    return Evidence(resource=subscription.text, path="tenantId", value=tenant_id)


def is_retired(connection: PrivateEndpointConnection) -> bool:
    """Whether it is On Your Data's former Microsoft-managed endpoint, known by its subscription."""
    endpoint = endpoint_of(connection)
    found = endpoint.subscription if endpoint else None
    return isinstance(connection, SearchConnection) and found == RETIRED_SUBSCRIPTION


def endpoint_of(connection: PrivateEndpointConnection) -> ArmId | None:
    """The private endpoint it names; None where that is absent, null, malformed or something else."""
    endpoint = known(connection.private_endpoint)
    if endpoint is None or not same_text(endpoint.resource_type or "", PrivateEndpoint.ARM_TYPE):
        return None
    return endpoint


def unseen_siblings(estate: Estate, connection: PrivateEndpointConnection) -> list[PrivateEndpointConnection]:
    """The target's other connections whose requester cannot be seen or named, as far as they were read."""
    found = []
    for row in estate.listed(type(connection)):
        if row.scope != connection.scope or row.id == connection.id or is_retired(row):
            continue
        endpoint = endpoint_of(row)
        subscription = endpoint.subscription if endpoint else None
        if subscription is None or subscription not in estate.visible:
            found.append(row)
    return found
