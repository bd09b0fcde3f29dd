"""What is asked of a Kubernetes cluster that runs a workspace's models: one judgement for each question."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from auditor.model.finding import Evidence, Undecided
from auditor.model.reasons import Reason
from auditor.model.resources.compute import Compute
from auditor.model.resources.kubernetes import ClusterExtension, ManagedCluster
from auditor.model.resources.storage_account import StorageAccount
from auditor.model.resources.workspace import Workspace
from auditor.relate.dependencies import link_of
from auditor.relate.permissions import Requirement
from auditor.relate.prefixes import parsed
from auditor.rule import Fail, Pass, Remedy, Severity, Unknown, Verdict, View, attempt, worst
from auditor_rules.role.grants import ASSIGN, Need, judge_grant

EXTENSION_TYPE = "microsoft.azureml.kubernetes"
_BLOBS = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs"
_NEEDS = (
    Need(
        requirement=Requirement(
            data_actions=(f"{_BLOBS}/read", f"{_BLOBS}/write", f"{_BLOBS}/delete", f"{_BLOBS}/add/action")
        ),
        to_do="read and write blobs of the storage account",
        role="ba92f5b4-2d11-453d-a403-e96b0029c9fe",
        role_name="Storage Blob Data Contributor",
    ),
    Need(
        requirement=Requirement(
            actions=(
                "Microsoft.Storage/storageAccounts/write",
                "Microsoft.Storage/storageAccounts/listkeys/action",
            )
        ),
        to_do="manage the storage account",
        role="17d1049b-9a84-46fb-8f53-869881c3d3ab",
        role_name="Storage Account Contributor",
    ),
)
_UPDATE = (
    "az k8s-extension update --name {extension} --cluster-type managedClusters --cluster-name {cluster}"
    " --resource-group {cluster_group} --subscription {subscription} --config "
)
_ROUTER = Remedy(
    summary="Put the inference router behind an internal load balancer. Its address changes, and with it that"
    " of every endpoint on the cluster.",
    az=f"{_UPDATE}internalLoadBalancerProvider=azure allowInsecureConnections=False",
)
_TLS = Remedy(
    summary="Refuse plain HTTP. The extension needs a certificate (sslSecret and sslCname) first.",
    az=f"{_UPDATE}allowInsecureConnections=False",
)
_NO_PUBLIC_NAME = Remedy(
    summary="Take the public name away.",
    az="az aks update --name {cluster} --resource-group {cluster_group} --subscription {subscription}"
    " --disable-public-fqdn",
)
_RANGES = Remedy(
    summary="Plan a private API server: it is a redesign of the cluster. Until then authorise ranges (those"
    " of the operators and of Azure Machine Learning in both regions of the pair) with az aks update"
    " --api-server-authorized-ip-ranges.",
    az=None,
    url="https://learn.microsoft.com/azure/aks/api-server-authorized-ip-ranges",
)
_REBUILD = Remedy(
    summary="Attach a cluster in the workspace's region: neither can be moved.",
    az=None,
)
_GRANT = Remedy(
    summary="Assign Storage Blob Data Contributor and Storage Account Contributor on the storage account to"
    " the cluster's identity.",
    az=ASSIGN.replace("{id}", "{storage}"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A compute, the cluster behind it, and the workspace whose settings govern it."""

    compute: Compute
    cluster: ManagedCluster
    workspace: Workspace
    view: View


def api_server(at: Attached) -> Verdict:
    """Private, or open to named ranges only; a private one without a public name."""
    cluster = at.cluster
    private, ranges = cluster.private, cluster.authorized_ranges
    if private.value:
        named = cluster.public_fqdn
        seen = (private.evidence(), named.evidence())
        if not named.value:
            return Pass(message="the API server is private", evidence=seen)
        said = "the private cluster has a public name, which Azure Machine Learning does not support"
        return Fail(message=said, evidence=seen, remedy=_NO_PUBLIC_NAME, fills=_at(cluster))
    seen = (private.evidence(), ranges.evidence())
    wide = [text for text in ranges.value if (found := parsed(text)) is None or found.prefixlen == 0]
    if not ranges.value or wide:
        said = "the API server answers the whole internet"
        return Fail(message=said, evidence=seen, remedy=_RANGES, fills=_at(cluster))
    note = "the ranges must hold those of Azure Machine Learning in both regions of the pair: not verified"
    return Pass(message="the API server answers named ranges only", evidence=seen, notes=(note,))


def router(at: Attached, extension: ClusterExtension) -> Verdict:
    """The inference router has no public address."""
    service, provider = extension.router_service, extension.load_balancer
    kind = (service.value or "").casefold()
    seen = (service.evidence(), provider.evidence())
    if not kind:
        return Pass(message="no inference router is installed", evidence=seen)
    if kind in ("nodeport", "clusterip"):
        return Pass(message=f"the inference router is a {service.value} inside the cluster", evidence=seen)
    if kind != "loadbalancer":
        said = f"the inference router is of the unknown service type {service.value}"
        return Unknown(message=said, reason=Reason.UNEXPECTED_VALUE, evidence=seen)
    if (provider.value or "").casefold() == "azure":
        return Pass(message="the inference router is behind an internal load balancer", evidence=seen)
    said = "the inference router has a public address: its load balancer is not internal"
    return Fail(message=said, evidence=seen, severity=Severity.HIGH, remedy=_ROUTER, fills=_on(at, extension))


def encrypted(at: Attached, extension: ClusterExtension) -> Verdict:
    """Models are not offered over plain HTTP."""
    insecure = extension.insecure
    if (insecure.value or "false").casefold() == "false":
        return Pass(message="the inference router wants TLS", evidence=(insecure.evidence(),))
    if (insecure.value or "").casefold() != "true":
        said = f"allowInsecureConnections is {insecure.value}, neither true nor false"
        return Unknown(message=said, reason=Reason.UNEXPECTED_VALUE, evidence=(insecure.evidence(),))
    said = "the inference router takes plain HTTP: requests and keys travel in the clear"
    return Fail(message=said, evidence=(insecure.evidence(),), remedy=_TLS, fills=_on(at, extension))


def extensions(at: Attached) -> Verdict:
    """Router and encryption of the machine learning extension. Raises NotRead."""
    found = [
        one
        for one in at.view.estate.children(ClusterExtension, at.cluster.id)
        if (one.extension_type.value or "").casefold() == EXTENSION_TYPE
    ]
    if not found:
        said = "the cluster lists no machine learning extension, so how its router is exposed cannot be seen"
        seen = Evidence(resource=at.cluster.id.text, path=ClusterExtension.ARM_TYPE, value=[])
        return Unknown(message=said, reason=Reason.NOT_IN_ARM, evidence=(seen,))
    checks = (partial(check, at, one) for one in found for check in (router, encrypted))
    return worst((attempt(check) for check in checks), own=Severity.MEDIUM)


def region(at: Attached) -> Verdict:
    """A private workspace wants its cluster in its own region."""
    own, other = _plain(at.cluster.location), _plain(at.workspace.location)
    access = at.workspace.public_network_access
    if own == other:
        return Pass(message=f"cluster and workspace are both in {own}")
    seen = (
        Evidence(resource=at.cluster.id.text, path="location", value=at.cluster.location),
        Evidence(resource=at.workspace.id.text, path="location", value=at.workspace.location),
        access.evidence(),
    )
    if access.value != "Disabled":
        return Pass(message="the workspace is not private, so regions may differ", evidence=seen)
    said = f"the cluster is in {own}, the private workspace in {other}: Azure wants them in one region"
    return Fail(message=said, evidence=seen, remedy=_REBUILD)


def business_critical(at: Attached) -> Verdict:
    """With high business impact the cluster's identity needs two roles on the workspace's storage."""
    if not (hbi := at.workspace.hbi).value:
        said = "the workspace is not marked for high business impact"
        return Pass(message=said, evidence=(hbi.evidence(),))
    named = link_of(at.view.estate, at.workspace, "storage_account").value
    storage = at.view.estate.find(StorageAccount, named) if named else None
    identity = at.cluster.identity
    facts = (identity.principal_id, *(one.principal_id for one in identity.user_assigned.value))
    principal = next((fact.value for fact in facts if fact.value), None)
    if storage is None or principal is None:
        said = "the workspace's storage account or the cluster's identity cannot be seen"
        raise Undecided(said, Reason.HIDDEN, evidence=(hbi.evidence(),))
    name = f"the identity of the cluster {at.cluster.name}"
    grants = [attempt(partial(judge_grant, at.view, storage, name, principal, need)) for need in _NEEDS]
    return worst((_placed(grant, storage) for grant in grants), own=Severity.MEDIUM)


def _placed(grant: Verdict, storage: StorageAccount) -> Verdict:
    """The remedy on the storage account, which is not the result's own resource."""
    if not isinstance(grant, Fail):
        return grant
    fills = (*grant.fills, ("storage", storage.id.text))
    return replace(grant, remedy=_GRANT, fills=fills, severity=None)


def _plain(location: str | None) -> str:
    return (location or "").replace(" ", "").casefold()


def _at(cluster: ManagedCluster) -> tuple[tuple[str, str], ...]:
    return (("cluster", cluster.name), ("cluster_group", cluster.id.resource_group or ""))


def _on(at: Attached, extension: ClusterExtension) -> tuple[tuple[str, str], ...]:
    return (*_at(at.cluster), ("extension", extension.name))
