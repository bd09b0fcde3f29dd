"""Fresh reads around a write: the connection, its endpoint, and the service of ours that asked for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from auditor.collect import machine_learning, network, search
from auditor.collect.arm import Reader
from auditor.collect.refusal import malformed
from auditor.collect.scope import SUBSCRIPTIONS_API_VERSION
from auditor.fix.providers import API_VERSIONS
from auditor.model.ids import ArmId, same_text
from auditor.model.resources.connection import PrivateEndpointConnection
from auditor.model.resources.network import PrivateEndpoint
from auditor.model.resources.search_service import SharedPrivateLink
from auditor.model.resources.workspace import OutboundRule
from auditor.model.wire import Misfit, Resource, decode
from auditor.relate.owners import known
from auditor.relate.targets import CONNECTION_OF

R = TypeVar("R", bound=Resource)

_ASKER_VERSIONS: Mapping[type[OutboundRule] | type[SharedPrivateLink], str] = {
    OutboundRule: machine_learning.API_VERSION,
    SharedPrivateLink: search.API_VERSION,
}
_CONNECTED = {OutboundRule: "Active", SharedPrivateLink: "Approved"}
_WAITING = {OutboundRule: ("Inactive", "Provisioning", "Failed"), SharedPrivateLink: ("Pending",)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A connection as it stands now: its body as Azure sent it, and what it means."""

    body: Mapping[str, Any]
    connection: PrivateEndpointConnection

    @property
    def status(self) -> str | None:
        return known(self.connection.status)

    @property
    def endpoint(self) -> ArmId | None:
        return known(self.connection.private_endpoint)

    @property
    def is_settled(self) -> bool:
        """Whether Azure is through with what it was told last."""
        state = str(self.connection.provisioning_state.raw or "Succeeded")
        moving = same_text(state, "Updating") or same_text(state, "Creating") or same_text(state, "Deleting")
        return not moving and self.status not in ("Approving", "Rejecting", "Disconnecting")


def connection_type(connection: ArmId) -> type[PrivateEndpointConnection]:
    """The record of a connection, by the type of its target. Raises KeyError for one that is not known."""
    return CONNECTION_OF[((connection.parent or connection).resource_type or "").lower()]


async def look_at(reader: Reader, connection: ArmId) -> Seen:
    """Raises ReadFailed."""
    of = connection_type(connection)
    body = await reader.get(connection.text, API_VERSIONS[of])
    found = _decoded(of, body, connection.parent or connection, connection)
    if found.id != connection:
        raise malformed(f"asked for {connection}, Azure answered with {found.id}")
    return Seen(body=body, connection=found)


async def siblings(reader: Reader, connection: ArmId) -> list[PrivateEndpointConnection]:
    """The target's other connections. Raises ReadFailed."""
    of, target = connection_type(connection), connection.parent or connection
    path = f"{target}/privateEndpointConnections"
    pages = [page async for page in reader.pages(path, API_VERSIONS[of])]
    rows = [_decoded(of, body, target, None) for page in pages for body in page]
    return [row for row in rows if row.id != connection]


async def endpoint_now(reader: Reader, endpoint: ArmId) -> PrivateEndpoint:
    """Raises ReadFailed."""
    body = await reader.get(endpoint.text, network.API_VERSION)
    found = _decoded(PrivateEndpoint, body, endpoint.subscription or endpoint, None)
    if found.id != endpoint:
        raise malformed(f"asked for {endpoint}, Azure answered with {found.id}")
    return found


async def tenant_of(reader: Reader, subscription: ArmId) -> str | None:
    """Raises ReadFailed."""
    found = (await reader.get(subscription.text, SUBSCRIPTIONS_API_VERSION)).get("tenantId")
    return found if isinstance(found, str) else None


async def asker_status(reader: Reader, asker: ArmId) -> str | None:
    """The status of an outbound rule or shared private link. Raises ReadFailed."""
    of = _asker_type(asker)
    body = await reader.get(asker.text, _ASKER_VERSIONS[of])
    row: OutboundRule | SharedPrivateLink = _decoded(of, body, asker.parent or asker, asker)
    meaning = row.status.meaning
    return None if isinstance(meaning, Misfit) else meaning


def is_asker(rid: ArmId) -> bool:
    return any(same_text(rid.resource_type or "", of.ARM_TYPE) for of in _ASKER_VERSIONS)


def is_connected(asker: ArmId, status: str | None) -> bool:
    return status == _CONNECTED[_asker_type(asker)]


def is_waiting(asker: ArmId, status: str | None) -> bool:
    return status in _WAITING[_asker_type(asker)]


def _asker_type(asker: ArmId) -> type[OutboundRule] | type[SharedPrivateLink]:
    return next(of for of in _ASKER_VERSIONS if same_text(asker.resource_type or "", of.ARM_TYPE))


def _decoded(of: type[R], body: Mapping[str, Any], scope: ArmId, known_id: ArmId | None) -> R:
    try:
        return decode(of, body, scope, known_id=known_id).resource
    except Misfit as misfit:
        raise malformed(f"the answer is not {misfit.expected}") from misfit
