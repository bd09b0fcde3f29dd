"""Private endpoint connections, as each provider shows them on the target resource."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from auditor.model.ids import ArmId
from auditor.model.wire import Fact, Resource, arm_id, choice, moment, text, texts

SOURCE = "https://learn.microsoft.com/azure/private-link/manage-private-endpoint"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PrivateEndpointConnection(Resource):
    """`{target}/privateEndpointConnections/{name}`. `scope` is the target.

    Only Cognitive Services and Search say the group on the connection; elsewhere `groups` is empty and the
    private endpoint has to be read. `description` is written by whoever asks: never evidence of anything.
    The states are those of the catalogue (3c) and of live answers: Approving, Rejecting and Disconnecting
    are seen on Search and App Service.
    """

    status: Fact[str | None] = choice(
        "properties.privateLinkServiceConnectionState.status",
        "Pending",
        "Approved",
        "Rejected",
        "Disconnected",
        "Timeout",
        "Approving",
        "Rejecting",
        "Disconnecting",
        source=SOURCE,
    )
    description: Fact[str | None] = text("properties.privateLinkServiceConnectionState.description")
    provisioning_state: Fact[str | None] = choice(
        "properties.provisioningState",
        "Succeeded",
        "Creating",
        "Deleting",
        "Failed",
        "Updating",
        "Incomplete",
        "Canceled",
        "Disconnected",
        source=SOURCE,
    )
    private_endpoint: Fact[ArmId | None] = arm_id("properties.privateEndpoint.id")
    created_at: Fact[datetime | None] = moment("systemData.createdAt")

    def group_ids(self) -> tuple[str, ...] | None:
        """The groups that the connection itself names; None where its provider does not say them."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CognitiveConnection(PrivateEndpointConnection):
    ARM_TYPE: ClassVar[str] = "Microsoft.CognitiveServices/accounts/privateEndpointConnections"

    groups: Fact[tuple[str, ...]] = texts("properties.groupIds")

    def group_ids(self) -> tuple[str, ...] | None:
        return self.groups.value if self.groups.is_stated else None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SearchConnection(PrivateEndpointConnection):
    ARM_TYPE: ClassVar[str] = "Microsoft.Search/searchServices/privateEndpointConnections"

    group: Fact[str | None] = text("properties.groupId")

    def group_ids(self) -> tuple[str, ...] | None:
        return (self.group.value,) if self.group.value else None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StorageConnection(PrivateEndpointConnection):
    ARM_TYPE: ClassVar[str] = "Microsoft.Storage/storageAccounts/privateEndpointConnections"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WorkspaceConnection(PrivateEndpointConnection):
    ARM_TYPE: ClassVar[str] = "Microsoft.MachineLearningServices/workspaces/privateEndpointConnections"
