"""role-workspace-reads-storage-endpoints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.model.estate import Estate
from auditor.model.finding import NotApplicable, Undecided, Unknown
from auditor.model.reasons import Reason
from auditor.model.resources.connection import StorageConnection
from auditor.model.resources.network import PrivateEndpoint
from auditor.model.resources.storage_account import StorageAccount
from auditor.model.resources.workspace import Workspace
from auditor.model.wire import Resource
from auditor.relate.owners import Owner, owner_of
from auditor.relate.permissions import READS as PERMISSION_READS
from auditor.relate.permissions import Requirement
from auditor.relate.workloads import READS as RELATION_READS
from auditor.rule import Excluded, Severity, Source, Subject, Verdict, View, rule, unknown_of
from auditor_rules.controls import controls
from auditor_rules.role.grants import Need, called, judge_grant
from auditor_rules.role.linked_storage import identity_of, storage_of

NEED = Need(
    requirement=Requirement(actions=("Microsoft.Network/privateEndpoints/read",)),
    to_do="read the private endpoint of its storage account",
    role="acdd72a7-3385-48ef-bd42-f606fba81ae7",
    role_name="Reader",
)
_GROUPS = frozenset({"blob", "file"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A private endpoint of ours to the storage account of a workspace."""

    workspace: Workspace
    endpoint: PrivateEndpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageDoors:
    """Each approved endpoint of ours for blob or file of a workspace's storage; related is the workspace.

    A workspace that needs no grant, or of which that cannot be told, is excluded under its own id.
    """

    @property
    def listing(self) -> tuple[type[Resource], ...]:
        return (Workspace,)

    @property
    def reads(self) -> tuple[type[Resource], ...]:
        return (StorageAccount, StorageConnection, PrivateEndpoint, *RELATION_READS)

    def __call__(self, view: View, /) -> Iterator[Subject[Door] | Excluded]:
        for workspace in view.estate.listed(Workspace):
            try:
                found = _doors(view.estate, workspace)
            except Undecided as undecided:
                found = unknown_of(undecided)
            if not isinstance(found, tuple):
                yield Excluded(resource=workspace, verdict=found)
                continue
            for endpoint in found:
                door = Door(workspace=workspace, endpoint=endpoint)
                yield Subject(resource=endpoint, judged=door, related=(workspace.id.text,))


def _doors(estate: Estate, workspace: Workspace) -> tuple[PrivateEndpoint, ...] | NotApplicable | Unknown:
    """Raises Undecided where a property is malformed, or a connection or an endpoint could not be read."""
    if workspace.kind.value == "Hub":
        return NotApplicable(
            message="a hub opens no storage itself: its projects are judged by their own identities",
            reason=Reason.KIND,
            evidence=(workspace.kind.evidence(),),
        )
    storage = storage_of(estate, workspace)
    if not isinstance(storage, StorageAccount):
        return storage
    access = storage.public_network_access
    if access.value == "Enabled":
        return NotApplicable(
            message=f"{storage.name} has public network access: the workspace looks for no endpoint",
            reason=Reason.PUBLIC_ACCESS_OPEN,
            evidence=(access.evidence(),),
        )
    rows = estate.children(StorageConnection, storage.id)
    found = tuple(endpoint for row in rows if (endpoint := _door(estate, row)) is not None)
    if found:
        return found
    said = f"{storage.name} has no approved private endpoint of ours for blob or file"
    return NotApplicable(message=said, reason=Reason.NOT_USED)


def _door(estate: Estate, connection: StorageConnection) -> PrivateEndpoint | None:
    """The endpoint behind an approved connection, if it is ours and for blob or file."""
    named = connection.private_endpoint.value
    if connection.status.value != "Approved" or named is None or named.subscription is None:
        return None
    if owner_of(estate, named.subscription)[0] is not Owner.OURS:
        return None
    endpoint = estate.find(PrivateEndpoint, named)
    if endpoint is None:
        said = f"{named} is approved, but not in its subscription's list of private endpoints: hidden"
        raise Undecided(said, Reason.HIDDEN, evidence=(connection.private_endpoint.evidence(),))
    asked = (request for request in endpoint.requests if request.target.value == connection.scope)
    groups = {group.lower() for request in asked for group in request.groups.value}
    return None if groups.isdisjoint(_GROUPS) else endpoint


@rule(
    id="role-workspace-reads-storage-endpoints",
    title="The workspace may read the private endpoints of its storage account",
    severity=Severity.MEDIUM,
    rule_class="function",
    subjects=StorageDoors(),
    reads=PERMISSION_READS,
    profiles=("prompt-flow", "foundry"),
    remedy=NEED.remedy(),
    sources=(
        Source(
            title="Workspace managed virtual network isolation",
            url="https://learn.microsoft.com/azure/machine-learning/how-to-managed-network",
        ),
        Source(
            title="Configure a private link for hubs",
            url="https://learn.microsoft.com/azure/ai-foundry/how-to/hub-configure-private-link",
        ),
        Source(
            title="Use Azure OpenAI On Your Data securely",
            url="https://learn.microsoft.com/azure/ai-services/openai/how-to/on-your-data-configuration",
        ),
    ),
    controls=controls(mcsb=("IM-3",)),
)
def role_workspace_reads_storage_endpoints(door: Door, view: View) -> Verdict:
    """The workspace's identity may read each private endpoint that leads to its storage account.

    Why
        With public access of the storage account off, the studio shows data and flows only after the service
        has found the account's private endpoint, for which it uses the workspace's identity. Without the
        grant the studio says that it cannot reach the storage account, though every network is right.
    Pass when
        The identity holds `Microsoft.Network/privateEndpoints/read` on the endpoint, by any role, made there
        or above, directly or through a group. Network Contributor, Monitoring Reader and Log Analytics Reader
        hold it too.
    Fail when
        Nothing grants it, or a deny assignment takes it away.
    Unknown when
        It is granted only under an ABAC condition; the storage account, its connections, an approved endpoint
        of our tenant, the hub, assignments, definitions or deny assignments could not be read; or the primary
        user-assigned identity is not among those of the workspace.
    Not applicable when
        The storage account has public network access (also where that is absent or null, which mean
        Enabled); it has no approved endpoint of ours for blob or file; the workspace names no storage
        account, is a hub (each project is judged by its own identity), or has no identity.
    Evidence
        The storage account's `properties.publicNetworkAccess` and its own list of connections; the endpoints
        they name with their groups. Endpoints of managed networks lie in subscriptions of the platform and
        need no grant. The workspace's identity: the principal of `properties.primaryUserAssignedIdentity`
        where that is set, else the system-assigned one. Role assignments that reach it (`assignedTo()`),
        their role definitions and deny assignments, api-version 2022-04-01. Projects of Foundry accounts
        need the same grant and are not judged here.
    Remedy
        Assign Reader to the workspace's identity on the endpoint.
    """
    holder = identity_of(door.workspace, called(view.estate, door.workspace))
    if isinstance(holder, NotApplicable):
        return holder
    return judge_grant(view, door.endpoint, holder.name, holder.principal, NEED)
