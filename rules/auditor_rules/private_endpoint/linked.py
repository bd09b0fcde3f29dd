"""Our private endpoints that lead to audited AI resources, and what each of their requests asks for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from auditor.model.estate import Estate
from auditor.model.finding import NotRead
from auditor.model.ids import ArmId
from auditor.model.resources.connection import PrivateEndpointConnection
from auditor.model.resources.container_registry import Registry
from auditor.model.resources.key_vault import Vault
from auditor.model.resources.network import PrivateEndpoint, PrivateLinkServiceConnection
from auditor.model.resources.storage_account import StorageAccount
from auditor.model.wire import Resource
from auditor.relate.dependencies import in_use
from auditor.relate.owners import Owner, known, owner_of
from auditor.relate.targets import CONNECTION_TYPES, TARGET_OF
from auditor.relate.workloads import READS as RELATION_READS
from auditor.rule import Subject, View

TARGETS: Mapping[str, type[Resource]] = {of.ARM_TYPE.lower(): of for of in TARGET_OF.values()}
CONNECTIONS: Mapping[type[Resource], type[PrivateEndpointConnection]] = {
    target: of for of, target in TARGET_OF.items()
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """One endpoint with the audited AI resources that it names; none where its requests are malformed."""

    endpoint: PrivateEndpoint
    targets: tuple[ArmId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedEndpoints:
    """Private endpoints of audited subscriptions that name an audited AI resource, gone ones included.

    Of storage accounts, key vaults and registries only those of workloads count, all with `--all-resources`.
    An endpoint whose requests are malformed is a subject too: where it leads cannot be told.
    """

    @property
    def listing(self) -> tuple[type[Resource], ...]:
        return (PrivateEndpoint,)

    @property
    def reads(self) -> tuple[type[Resource], ...]:
        return (*CONNECTION_TYPES, *TARGET_OF.values(), *RELATION_READS)

    def __call__(self, view: View, /) -> Iterator[Subject[Linked]]:
        used = in_use(view.estate, view.relations)
        for endpoint in view.estate.listed(PrivateEndpoint):
            if endpoint.scope not in view.estate.audited:
                continue
            requests = _requests(endpoint)
            found = (known(request.target) for request in requests or ())
            judged = (rid for rid in found if rid is not None and _is_judged(view, rid, used))
            targets = tuple(dict.fromkeys(judged))
            if targets or requests is None:
                linked = Linked(endpoint=endpoint, targets=targets)
                related = tuple(rid.text for rid in targets)
                yield Subject(resource=endpoint, judged=linked, related=related, serves=targets)


def type_of(target: ArmId) -> type[Resource]:
    """The record of a judged target. Raises KeyError for any other id."""
    return TARGETS[(target.resource_type or "").lower()]


def our_endpoint(estate: Estate, connection: PrivateEndpointConnection) -> PrivateEndpoint | None:
    """The endpoint behind a connection, if it is in our tenant and still there. Raises NotRead."""
    named = connection.private_endpoint.value
    if named is None or not is_ours(estate, connection):
        return None
    return estate.find(PrivateEndpoint, named)


def is_ours(estate: Estate, connection: PrivateEndpointConnection) -> bool:
    named = known(connection.private_endpoint)
    if named is None or named.subscription is None:
        return False
    return owner_of(estate, named.subscription)[0] is Owner.OURS


def requests_to(endpoint: PrivateEndpoint, target: ArmId) -> tuple[PrivateLinkServiceConnection, ...]:
    """What the endpoint asks of this target. Raises Undecided where that is malformed."""
    return tuple(request for request in endpoint.requests if request.target.value == target)


def groups_of(estate: Estate, connection: PrivateEndpointConnection) -> frozenset[str] | None:
    """The connection's groups in lower case, from itself or else from our endpoint; None: cannot be told."""
    stated = connection.group_ids()
    if stated is None:
        try:
            endpoint = our_endpoint(estate, connection)
        except NotRead:
            return None
        if endpoint is None:
            return None
        requests = requests_to(endpoint, connection.scope)
        stated = tuple(name for request in requests for name in request.groups.value)
    return frozenset(name.lower() for name in stated)


def _requests(endpoint: PrivateEndpoint) -> tuple[PrivateLinkServiceConnection, ...] | None:
    lists = (known(endpoint.automatic), known(endpoint.manual))
    if any(found is None for found in lists):
        return None
    return endpoint.requests


def _is_judged(view: View, target: ArmId, used: Collection[ArmId]) -> bool:
    of = TARGETS.get((target.resource_type or "").lower())
    if of is None or target.subscription not in view.estate.audited:
        return False
    if view.all_resources or of not in (StorageAccount, Vault, Registry):
        return True
    return target in used or bool(view.relations.workloads_of(target))
