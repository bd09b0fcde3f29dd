"""What runs in a workspace: computes, online endpoints and their deployments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auditor.model.ids import ArmId
from auditor.model.resources.identity import Identity
from auditor.model.wire import Fact, Part, Resource, arm_id, choice, flag, part, parts, text

ENDPOINT = "https://learn.microsoft.com/azure/machine-learning/concept-secure-online-endpoint"
MODEL = "https://learn.microsoft.com/rest/api/azureml/compute/get"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Schedule(Part):
    """One time at which a compute instance is started or stopped."""

    action: Fact[str | None] = choice("action", "Start", "Stop", source=MODEL)
    status: Fact[str | None] = choice("status", "Enabled", "Disabled", source=MODEL)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Compute(Resource):
    """`workspaces/{w}/computes/{name}`. `scope` is the workspace; `properties.properties` differ by type.

    Live answers say `subnet: null` together with `enableNodePublicIp: true` where there is no network.
    """

    ARM_TYPE: ClassVar[str] = "Microsoft.MachineLearningServices/workspaces/computes"

    kind: Fact[str | None] = text("properties.computeType")
    identity: Identity = part("identity", Identity)
    provisioning_state: Fact[str | None] = text("properties.provisioningState")
    resource: Fact[ArmId | None] = arm_id("properties.resourceId")
    disable_local_auth: Fact[bool] = flag("properties.disableLocalAuth", absent=False, source=MODEL)
    subnet: Fact[ArmId | None] = arm_id("properties.properties.subnet.id")
    node_public_ip: Fact[bool] = flag("properties.properties.enableNodePublicIp", absent=True, source=MODEL)
    ssh: Fact[str] = choice(
        "properties.properties.sshSettings.sshPublicAccess",
        "Enabled",
        "Disabled",
        absent="Disabled",
        source=MODEL,
    )
    remote_login: Fact[str] = choice(
        "properties.properties.remoteLoginPortPublicAccess",
        "Enabled",
        "Disabled",
        "NotSpecified",
        absent="NotSpecified",
        source=MODEL,
    )
    sharing: Fact[str] = choice(
        "properties.properties.applicationSharingPolicy", "Personal", "Shared", absent="Shared", source=MODEL
    )
    vm_size: Fact[str | None] = text("properties.properties.vmSize")
    idle_before_shutdown: Fact[str | None] = text("properties.properties.idleTimeBeforeShutdown")
    state: Fact[str | None] = text("properties.properties.state")
    schedules: Fact[tuple[Schedule, ...]] = parts(
        "properties.properties.schedules.computeStartStop", Schedule
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OnlineEndpoint(Resource):
    """`workspaces/{w}/onlineEndpoints/{name}`. `scope` is the workspace."""

    ARM_TYPE: ClassVar[str] = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints"

    public_network_access: Fact[str] = choice(
        "properties.publicNetworkAccess", "Enabled", "Disabled", absent="Enabled", source=ENDPOINT
    )
    auth_mode: Fact[str | None] = choice("properties.authMode", "Key", "AMLToken", "AADToken")
    compute: Fact[ArmId | None] = arm_id("properties.compute")
    identity: Identity = part("identity", Identity)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OnlineDeployment(Resource):
    """`onlineEndpoints/{e}/deployments/{name}`. `scope` is the endpoint.

    `model` is an ARM id or an `azureml://registries/…` address, so it stays text.
    """

    ARM_TYPE: ClassVar[str] = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments"

    compute_type: Fact[str | None] = choice("properties.endpointComputeType", "Managed", "Kubernetes")
    egress: Fact[str] = choice(
        "properties.egressPublicNetworkAccess", "Enabled", "Disabled", absent="Enabled", source=ENDPOINT
    )
    model: Fact[str | None] = text("properties.model")
    environment: Fact[str | None] = text("properties.environmentId")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BatchEndpoint(Resource):
    """`workspaces/{w}/batchEndpoints/{name}`. `scope` is the workspace.

    It has no network switch of its own.
    """

    ARM_TYPE: ClassVar[str] = "Microsoft.MachineLearningServices/workspaces/batchEndpoints"
