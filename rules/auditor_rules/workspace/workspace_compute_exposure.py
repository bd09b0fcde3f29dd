"""workspace-compute-exposure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from auditor.model.reasons import Reason
from auditor.model.resources.compute import Compute
from auditor.model.resources.workspace import Workspace
from auditor.rule import (
    Fail,
    NotApplicable,
    Pass,
    Remedy,
    Severity,
    Source,
    Unknown,
    Verdict,
    View,
    attempt,
    rule,
    worst,
)
from auditor_rules.controls import controls
from auditor_rules.workspace.parts import Runners, governing, holder_of

_MANAGED = ("amlcompute", "computeinstance")
_GONE = ("Deleting", "CreateFailed")
_BELOW_D = re.compile(r"(standard|basic)_[abc]\d", re.IGNORECASE)
_SERVERLESS = Remedy(
    summary="Let serverless compute start without public addresses (in the file: serverless_compute with"
    " custom_subnet as it is and no_public_ip: true). The workspace needs a private endpoint, and the subnet"
    " a way out of its own, such as a NAT gateway.",
    az="az ml workspace update --name {name} --resource-group {group} --subscription {subscription}"
    " --file serverless.yml",
)


@rule(
    id="workspace-compute-exposure",
    title="Compute not exposed",
    severity=Severity.MEDIUM,
    rule_class="exposure",
    subjects=Runners(),
    profiles=("prompt-flow", "compute-session"),
    remedy=Remedy(
        summary="Create the compute again without a public address, with SSH off and local authentication"
        " disabled (enable_node_public_ip: false, ssh_public_access_enabled: false), move the work over and"
        " delete this one: none of these can be changed afterwards.",
        az="az ml compute create --file compute.yml --workspace-name {workspace} --resource-group {group}"
        " --subscription {subscription}",
    ),
    controls=controls(
        policy=(
            "7804b5c7-01dc-4723-969b-ae300cc07ff1",
            "e96a9a5f-07ca-471b-9bc5-6a0f33cbd68f",
        ),
        mcsb=(
            "NS-2",
            "IM-1",
        ),
        nist=("SC-7",),
    ),
    sources=(
        Source(
            title="Create a compute instance",
            url="https://learn.microsoft.com/azure/machine-learning/how-to-create-compute-instance",
        ),
        Source(
            title="Network isolation in prompt flow",
            url="https://learn.microsoft.com/azure/machine-learning/prompt-flow/how-to-secure-prompt-flow",
        ),
        Source(title="Compute, REST", url="https://learn.microsoft.com/rest/api/azureml/compute/get"),
    ),
)
def workspace_compute_exposure(runner: Compute | Workspace, view: View) -> Verdict:
    """Compute clusters, compute instances and serverless compute are not reachable from the internet.

    Why
        Compute runs other people's packages beside the workspace's data, with an identity that may read it. A
        node with a public address and an open SSH port is a way in that no private endpoint guards.
    Pass when
        Nodes have no public address, local authentication is disabled, and the applications of a compute
        instance are personal. SSH that is switched on without a public address is reached from the network
        only: a note. Serverless compute in a subnet of yours passes where
        `serverlessComputeNoPublicIP` is true.
    Fail when
        High: nodes have public addresses and SSH or remote login is open. Medium: nodes have public addresses
        (`enableNodePublicIp` true, and absent or null, which mean true), serverless compute likewise (false,
        absent or null). Low: `disableLocalAuth` is false, absent or null; `applicationSharingPolicy` of a
        compute instance is Shared, and absent or null, which mean Shared. `remoteLoginPortPublicAccess`
        NotSpecified, absent or null is closed in a virtual network, customer's or managed, and open outside.
    Unknown when
        A property has another value, the compute type is not stated, or computes or workspaces could not be
        read.
    Not applicable when
        The compute is attached (Kubernetes, a virtual machine, Databricks and others): its own rules and
        owners decide. It is being deleted or was never created.
    Evidence
        `properties.computeType`, `properties.disableLocalAuth` and below `properties.properties`
        `enableNodePublicIp`, `sshSettings.sshPublicAccess`, `remoteLoginPortPublicAccess`, `subnet.id`,
        `applicationSharingPolicy` and `vmSize` of the compute; `serverlessComputeSettings` of the workspace,
        api-version 2024-10-01. A compute instance smaller than series D gets a note: sessions want D.
    Remedy
        Create the compute again: its network settings are fixed at creation.
    """
    if isinstance(runner, Workspace):
        return _serverless(runner)
    kind = runner.kind
    if kind.value is None:
        said = "the compute states no type"
        return Unknown(message=said, reason=Reason.UNEXPECTED_VALUE, evidence=(kind.evidence(),))
    if kind.value.casefold() not in _MANAGED:
        return NotApplicable(
            message=f"attached compute ({kind.value}): it is made and secured outside the workspace",
            reason=Reason.KIND,
            evidence=(kind.evidence(),),
        )
    if (state := runner.state).value in _GONE:
        return NotApplicable(
            message=f"the compute is in state {state.value}",
            reason=Reason.BEING_DELETED,
            evidence=(state.evidence(),),
        )
    checks = (_public_address, _open_ports, _local_authentication, _sharing)
    verdict = worst((attempt(partial(check, runner, view)) for check in checks), own=Severity.MEDIUM)
    fills = (("workspace", runner.scope.name),)
    noted = replace(verdict, notes=(*verdict.notes, *_notes(runner)))
    return replace(noted, fills=fills) if isinstance(noted, Fail) else noted


def _public_address(compute: Compute, _view: View) -> Verdict:
    public = compute.node_public_ip
    if not public.value:
        return Pass(message="its nodes have no public address", evidence=(public.evidence(),))
    unset = "" if public.is_stated else " (enableNodePublicIp is not set, which means true)"
    return Fail(message=f"its nodes have public addresses{unset}", evidence=(public.evidence(),))


def _open_ports(compute: Compute, view: View) -> Verdict:
    port = compute.ssh if _is_instance(compute) else compute.remote_login
    public, subnet = compute.node_public_ip, compute.subnet
    closed = Pass(message="its SSH port is closed to the internet", evidence=(port.evidence(),))
    if port.value == "Disabled" or public.meaning is False:
        return closed
    seen = (port.evidence(), public.evidence(), subnet.evidence())
    if port.value == "NotSpecified":
        inside = subnet.value is not None
        inside = inside or governing(view, holder_of(view, compute)).isolation_mode.value != "Disabled"
        if inside:
            return closed
        said = "its SSH port is open to the internet: remote login is not specified and it is in no network"
    else:
        said = "its SSH port is open to the internet"
    if not public.value:
        return closed
    return Fail(message=said, evidence=seen, severity=Severity.HIGH)


def _local_authentication(compute: Compute, _view: View) -> Verdict:
    disabled = compute.disable_local_auth
    if disabled.value:
        return Pass(message="local authentication is disabled", evidence=(disabled.evidence(),))
    unset = "" if disabled.is_stated else " (disableLocalAuth is not set)"
    return Fail(
        message=f"local accounts can sign in to its nodes{unset}",
        evidence=(disabled.evidence(),),
        severity=Severity.LOW,
    )


def _sharing(compute: Compute, _view: View) -> Verdict:
    sharing = compute.sharing
    if not _is_instance(compute):
        return Pass(message="a cluster serves jobs, not applications")
    if sharing.value == "Personal":
        return Pass(message="its applications are personal", evidence=(sharing.evidence(),))
    unset = "" if sharing.is_stated else " (applicationSharingPolicy is not set, which means Shared)"
    return Fail(
        message=f"its applications are shared with everybody in the workspace{unset}",
        evidence=(sharing.evidence(),),
        severity=Severity.LOW,
    )


def _notes(compute: Compute) -> Iterator[str]:
    port = compute.ssh if _is_instance(compute) else compute.remote_login
    if port.meaning == "Enabled" and compute.node_public_ip.meaning is False:
        yield "SSH is on; without a public address it is reached from the network only"
    size = compute.vm_size.meaning
    if _is_instance(compute) and isinstance(size, str) and _BELOW_D.match(size):
        yield f"{size} is smaller than series D, which prompt flow sessions want"


def _is_instance(compute: Compute) -> bool:
    return (compute.kind.value or "").casefold() == "computeinstance"


def _serverless(workspace: Workspace) -> Verdict:
    hidden = workspace.serverless_no_public_ip
    subnet = workspace.serverless_subnet
    seen = (hidden.evidence(), subnet.evidence())
    if subnet.value and hidden.value:
        return Pass(message="serverless compute starts without public addresses", evidence=seen)
    unset = "" if hidden.is_stated else " (serverlessComputeNoPublicIP is not set)"
    return Fail(
        message=f"serverless compute starts with public addresses in the subnet{unset}",
        evidence=seen,
        remedy=_SERVERLESS,
    )
